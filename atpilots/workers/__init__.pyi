from .cluster import refuse_dead_scheduler as refuse_dead_scheduler
from .forkserver import (
    StoppedError as StoppedError,
    available as available,
    begin as begin,
    can_render_here as can_render_here,
    environment as environment,
    fork_kernels as fork_kernels,
    run as run,
    run_here as run_here,
    stop as stop,
)
from .provisioner import ReportKernelManager as ReportKernelManager
