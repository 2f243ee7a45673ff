from .cluster import refuse_dead_scheduler as refuse_dead_scheduler
from .forkserver import (
    StoppedError as StoppedError,
    available as available,
    begin as begin,
    fork_kernel as fork_kernel,
    run as run,
    stop as stop,
)
from .provisioner import ReportKernelManager as ReportKernelManager, WarmProvisioner as WarmProvisioner
