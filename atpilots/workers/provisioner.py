"""jupyter_client's extension point: a report's kernel is forked from the warm server, not started from nothing."""

from __future__ import annotations

import os
import sys
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from atpilots.workers import forkserver

NAME = "atpilots-warm"  # as pyproject.toml registers it


class ReportKernelManager(AsyncKernelManager):
    """Starts the kernel of this Python, warm where it can be, whichever kernels the user has installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """ipykernel under this Python."""
        warmly = {"kernel_provisioner": {"provisioner_name": NAME}} if forkserver.available() else {}
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        own = forkserver.this_package()
        return KernelSpec(argv=command, display_name="Python 3", language="python", metadata=warmly, env=own)


class WarmProvisioner(LocalProvisioner):
    """A kernel forked from the warm server; everything else as for a local process."""

    process: Any

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Fork the kernel and tell it what the command would have told it; its connection info."""
        kernel = forkserver.new_kernel()
        kernel.serve(cmd[cmd.index("ipykernel_launcher") + 1 :], options.get("cwd") or os.getcwd(), options["env"])
        self.process, self.pid, self.pgid = kernel, kernel.pid, kernel.pid  # it leads a group of its own
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel and whatever it started, and wait for it: it takes milliseconds."""
        await super().kill(restart)
        if self.process is not None:
            self.process.wait()
