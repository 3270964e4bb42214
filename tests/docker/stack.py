"""A compose project of a test run, driven from outside."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Stack:
    """One compose project of this test run, with a small world that is fed slowly."""

    project: str
    page: int
    engine: Any
    options: dict[str, str]

    def compose(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        command = ["docker", "compose", "-p", self.project, "-f", "deploy/compose.yaml"]
        done = subprocess.run(
            [*command, *arguments],
            cwd=ROOT,
            env={**os.environ, **self.options},
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}{self.logs()}")
        return done

    def logs(self) -> str:
        return self.compose("logs", "--tail", "20", check=False).stdout

    def containers(self, service: str) -> list[Any]:
        """The service's containers, ended ones too."""
        labels = [
            f"com.docker.compose.project={self.project}",
            f"com.docker.compose.service={service}",
        ]
        return list(self.engine.containers.list(all=True, filters={"label": labels}))

    def digest(self) -> str:
        """The digest so far, as a container computes it; empty while there is none."""
        told = self.compose("exec", "-T", "dashboard", "joinlens", "digest", check=False)
        return told.stdout.strip().split()[-1] if told.stdout.strip() else ""

    def embedded_digest(self) -> str:
        """The digest of the same world in one process on this machine."""
        joinlens = Path(sys.executable).parent / "joinlens"
        world = {"people", "days", "seed", "scenario"}
        options = [
            word
            for name, value in self.options.items()
            if (option := name.removeprefix("JOINLENS_").lower()) in world
            for word in (f"--{option}", value)
        ]
        done = subprocess.run(
            [joinlens, "demo", "--once", "--json", *options],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        return str(json.loads(done.stdout)["digest"])
