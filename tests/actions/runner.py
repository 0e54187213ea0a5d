"""GitHub's runner, as far as nbpeer's workflows and its action need one: steps run by bash, `uses` by what it does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

from actions.expressions import STATUS, evaluated, filled, names, true
from forge.fake_github import ACTIONS, FakeGitHub
from nbpeer import yaml

ROOT = Path(__file__).parents[2]
_BIN = Path(sys.executable).parent
# The command itself, but for its pauses between writes.
_NBPEER = f"""#!{sys.executable}
import sys, time
time.sleep = lambda seconds: None
from nbpeer.cli.main import main
sys.exit(main())
"""
_INSTALLS = re.compile(r"(?:python -m )?pip install ")
# As GitHub starts them: with `shell: bash`, and without.
_SHELLS = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], None: ["bash", "-e"]}


class Done(NamedTuple):
    """A step that ran: what it was called, its exit code, and what it printed."""

    name: str
    code: int
    out: str


@dataclass
class Job:
    """A job that ran or was skipped; `summary` is what its steps wrote into the step summary."""

    name: str
    result: str
    steps: list[Done] = field(default_factory=list)
    summary: str = ""
    requests: list[str] = field(default_factory=list)

    @property
    def out(self) -> str:
        return "\n".join(step.out for step in self.steps)


class Run(NamedTuple):
    """A run of a workflow."""

    id: int
    jobs: dict[str, Job]


@dataclass
class Runner:
    """Runs workflows for the repository `server` (a bare one), whose API is `fake`; all it writes is in `folder`."""

    fake: FakeGitHub
    server: Path
    folder: Path
    runs: int = 0
    installed: list[str] = field(default_factory=list)
    read_only: bool = False

    def run(self, workflow: str, name: str, event: dict[str, Any]) -> Run:
        """Every job of a workflow's text, for the event `name`, in the order of their needs."""
        self.runs += 1
        told = yaml.load(workflow)
        done: dict[str, Job] = {}
        if not _listens(told["on"], name, event):
            return Run(self.runs, done)
        assert told["permissions"] == {}
        for key, job in told["jobs"].items():
            done[key] = self._job(key, job, self._contexts(name, event), done)
        return Run(self.runs, done)

    def starts(self, workflow: str, name: str, event: dict[str, Any]) -> list[str]:
        """The jobs of a workflow that an event starts, if those they need succeed."""
        told = yaml.load(workflow)
        jobs = told["jobs"].items() if _listens(told["on"], name, event) else ()
        contexts = self._contexts(name, event)
        started: list[str] = []
        for key, job in jobs:
            contexts["needs"] = {one: {"result": "success" if one in started else "skipped"} for one in told["jobs"]}
            started += [key] if true(evaluated(str(job["if"]), contexts)) else []
        return started

    def act(self, name: str, event: dict[str, Any], ref: str, **inputs: str) -> Job:
        """The action in a job with every right, after a checkout of `ref`."""
        self.runs += 1
        action = yaml.load((ROOT / "action.yml").read_text())
        contexts = self._contexts(name, event)
        contexts["github"]["token"] = self._token({"contents": "read", **_WRITES})
        given = {key: filled(value.get("default", ""), contexts) for key, value in action["inputs"].items()}
        assert inputs.keys() <= given.keys()
        contexts["inputs"] = given | inputs
        checkout = {"uses": "actions/checkout@", "with": {"ref": ref, **_WHOLE}}
        job = Job("action", "success")
        self._steps(job, [checkout, *action["runs"]["steps"]], contexts, {})
        return job

    def artifact(self, run: int, name: str) -> Path:
        return self.folder / "artifacts" / str(run) / name

    def _job(self, key: str, job: dict[str, Any], contexts: dict[str, Any], before: dict[str, Job]) -> Job:
        needed = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
        contexts["needs"] = {one: {"result": before[one].result} for one in needed}
        condition = str(job.get("if", "true"))
        asked = condition != "true"
        held = all(before[one].result == "success" for one in needed) or (asked and _own_status(condition))
        filled(job["concurrency"]["group"], contexts)
        if not held or (asked and not true(evaluated(condition, contexts))):
            return Job(key, "skipped")
        contexts["github"]["token"] = self._token(job["permissions"])
        found, before_requests = Job(key, "success"), len(self.fake.requests)
        environment = {name: filled(str(value), contexts) for name, value in job.get("env", {}).items()}
        self._steps(found, job["steps"], contexts, environment)
        found.requests = self.fake.requests[before_requests:]
        return found

    def _steps(
        self, job: Job, steps: list[dict[str, Any]], contexts: dict[str, Any], environment: dict[str, str]
    ) -> None:
        place = self._place(job.name)
        contexts["runner"] = {"temp": str(place / "temp")}
        for number, step in enumerate(steps):
            if "if" in step and not true(evaluated(str(step["if"]), contexts)):
                continue
            given = {key: filled(str(value), contexts) for key, value in step.get("with", {}).items()}
            if "uses" in step:
                self._use(step["uses"], given, place, contexts)
                continue
            own = environment | {key: filled(str(value), contexts) for key, value in step.get("env", {}).items()}
            done = self._bash(step, place, contexts, own, number)
            job.steps.append(done)
            if done.code:
                job.result = "failure"
                break
        summary = place / "summary.md"
        job.summary = summary.read_text() if summary.exists() else ""

    def _bash(
        self, step: dict[str, Any], place: Path, contexts: dict[str, Any], own: dict[str, str], number: int
    ) -> Done:
        assert "${{" not in step["run"]
        script = place / "temp" / f"{number}.sh"
        script.write_text(step["run"])
        environment = self._environment(place, contexts) | own
        if _INSTALLS.match(step["run"]):
            environment["PATH"] = f"{self._no_pip(place)}{os.pathsep}{environment['PATH']}"
        shell = [*_SHELLS[step.get("shell")], str(script)]
        done = subprocess.run(
            shell, cwd=place / "work", env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        if _INSTALLS.match(step["run"]):
            self.installed.append((place / "installed").read_text().split()[-1])
        return Done(step.get("name", step["run"].split("\n")[0]), done.returncode, done.stdout)

    def _use(self, action: str, given: dict[str, str], place: Path, contexts: dict[str, Any]) -> None:
        name = action.partition("@")[0]
        if name == "actions/checkout":
            assert {key: given.pop(key) for key in _WHOLE} == _WHOLE
            checkout(self.server, place / "work", given.pop("ref"))
        elif name == "actions/setup-python":
            given.pop("python-version")
        elif name == "actions/upload-artifact":
            self._upload(given, place)
        elif name == "actions/download-artifact":
            other = int(given.pop("run-id", self.runs))
            if other != self.runs:
                assert "actions: read" in (self.fake.tokens[given.pop("github-token")].rights or ())
            shutil.copytree(self.artifact(other, given.pop("name")), given.pop("path"), symlinks=True)
        else:
            raise AssertionError(f"{name} is not known")
        assert not given, f"{name} is given {given}"

    def _upload(self, given: dict[str, str], place: Path) -> None:
        source, target = place / "work" / given.pop("path"), self.artifact(self.runs, given.pop("name"))
        missing = given.pop("if-no-files-found")
        if not source.exists():
            assert missing == "ignore", f"{source.name} was not written"
        elif source.is_dir():
            shutil.copytree(source, target)
        else:
            target.mkdir(parents=True)
            shutil.copy(source, target)

    def _place(self, job: str) -> Path:
        place = self.folder / f"run{self.runs}-{job}"
        for name in ("work", "temp", "home", "bin"):
            (place / name).mkdir(parents=True)
        _script(place / "bin" / "nbpeer", _NBPEER)
        return place

    def _no_pip(self, place: Path) -> Path:
        """A folder with a pip and a python that only write down what is to be installed."""
        folder = place / "no-pip"
        folder.mkdir()
        for name in ("pip", "python"):
            _script(folder / name, f'#!/bin/sh\nprintf "%s\\n" "$@" >> "{place}/installed"\n')
        return folder

    def _contexts(self, name: str, event: dict[str, Any]) -> dict[str, Any]:
        pull = event.get("pull_request", {})
        github = {
            "event_name": name,
            "event": event,
            "repository": self.fake.name,
            "server_url": "https://github.example",
            "run_id": str(self.runs),
            "ref": event.get("merge_group", {}).get("head_ref") or f"refs/pull/{pull.get('number', 0)}/merge",
        }
        return {"github": github, "inputs": {}, "needs": {}}

    def _token(self, permissions: dict[str, str]) -> str:
        """A token with the rights of a job; to read only, as those for Dependabot are."""
        rights = frozenset(f"{what}: {'read' if self.read_only else how}" for what, how in permissions.items())
        token = f"token-{len(self.fake.tokens)}"
        self.fake.tokens[token] = replace(ACTIONS, rights=rights)
        return token

    def _environment(self, place: Path, contexts: dict[str, Any]) -> dict[str, str]:
        """What GitHub sets in every job, and nothing of this machine's own."""
        github = contexts["github"]
        event_file = place / "temp" / "event.json"
        event_file.write_text(json.dumps(github["event"]))
        pull = github["event"].get("pull_request")
        of_pull = {"GITHUB_BASE_REF": pull["base"]["ref"], "GITHUB_HEAD_REF": pull["head"]["ref"]} if pull else {}
        return {
            "PATH": f"{place / 'bin'}{os.pathsep}{_BIN}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(place / "home"),
            "LANG": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1",
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_API_URL": self.fake.address,
            "GITHUB_EVENT_NAME": github["event_name"],
            "GITHUB_EVENT_PATH": str(event_file),
            "GITHUB_REF": github["ref"],
            "GITHUB_REPOSITORY": self.fake.name,
            "GITHUB_RUN_ID": github["run_id"],
            "GITHUB_SERVER_URL": github["server_url"],
            "GITHUB_STEP_SUMMARY": str(place / "summary.md"),
            "GITHUB_WORKSPACE": str(place / "work"),
            "RUNNER_TEMP": str(place / "temp"),
            **of_pull,
        }


_WHOLE = {"fetch-depth": "0", "persist-credentials": "False"}
_WRITES = {"pull-requests": "write", "checks": "write", "statuses": "write"}


def checkout(server: Path, folder: Path, ref: str) -> None:
    """As actions/checkout with the whole history: every branch and tag, then a branch, or a commit by its hash."""

    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True)
        return done.stdout

    git("init", "--quiet", ".")
    git("remote", "add", "origin", str(server))
    git("fetch", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
    name = ref.removeprefix("refs/heads/")
    if re.fullmatch("[0-9a-f]{40}", ref):
        git("fetch", "--quiet", "origin", ref)
        git("checkout", "--quiet", "--force", ref)
    else:
        git("checkout", "--quiet", "--force", "-B", name, f"refs/remotes/origin/{name}")


def _script(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def _listens(on: dict[str, Any], name: str, event: dict[str, Any]) -> bool:
    """Whether a workflow is started by an event: by its name and, where types are listed, its action."""
    if name not in on:
        return False
    types = (on[name] or {}).get("types")
    usual = {"pull_request": ["opened", "synchronize", "reopened"], "merge_group": ["checks_requested"]}
    return event["action"] in (types or usual[name])


def _own_status(condition: str) -> bool:
    """A condition that asks for a state itself is asked though a needed job was skipped or failed."""
    return any(status in names(condition) for status in STATUS)
