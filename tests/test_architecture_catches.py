"""Each rule of test_architecture.py catches the one line that breaks it, and lets its like pass."""

from functools import cache

import pytest

from tests import test_architecture as architecture
from tests.reading import Module

MARK = "TO" + "DO"

# rule, the module that is changed, a line that breaks the rule, a line like it that does not
CASES = [
    ("linkage_stands_alone", "linkage.model", "import streams.events", "import linkage.records"),
    ("linkage_stands_alone", "linkage.model", "from linkage import privacy", "import numpy"),
    ("linkage_stands_alone", "linkage.privacy.view", "from streams import ids", "import linkage"),
    ("linkage_stands_alone", "linkage.model", "import time", "import math"),
    ("linkage_stands_alone", "linkage.model", "from datetime import datetime", "import re"),
    ("linkage_stands_alone", "linkage.model", "import socket", "import struct"),
    ("linkage_stands_alone", "linkage.model", "from http import client", "import json"),
    ("linkage_stands_alone", "linkage.model", "import urllib.request", "import pathlib"),
    ("linkage_stands_alone", "linkage.model", "import os", "import operator"),
    ("linkage_stands_alone", "linkage.model", "import random", "import statistics"),
    ("linkage_stands_alone", "linkage.model", "import uuid", "import hashlib"),
    ("linkage_stands_alone", "linkage.model", "from secrets import token_hex", "import enum"),
    ("linkage_stands_alone", "linkage.model", "x = __import__('time')", "x = len('time')"),
    ("the_packages_know_no_tests", "streams.plan", "from tests import reading", "import math"),
    ("each_library_has_its_place", "streams.runners.hand", "import faust", "import msgspec"),
    ("each_library_has_its_place", "streams.board", "from kafka import admin", "import kafkaesque"),
    ("each_library_has_its_place", "streams.session", "import aiokafka", "import asyncio"),
    (
        *("each_library_has_its_place", "streams.kafka.topics"),
        *("import importlib\nx = importlib.import_module('docker')", "x = 'docker'"),
    ),
    ("each_library_has_its_place", "streams.digest", "import sqlite3", "import zlib"),
    ("each_library_has_its_place", "streams.digest", "import psycopg", "import zlib"),
    ("each_library_has_its_place", "streams.digest", "import matplotlib", "import zlib"),
    ("each_library_has_its_place", "linkage.frames", "import recordlinkage", "import pandas"),
    (
        "each_library_has_its_place",
        "linkage.privacy.budget.loss",
        "import opendp.prelude",
        "import math",
    ),
    (
        *("only_settings_read_the_environment", "streams.plan"),
        *("import os\nx = os.environ['A']", "import os\nx = os.sep"),
    ),
    ("only_settings_read_the_environment", "streams.cli", "from os import getenv", "import os"),
    ("only_settings_read_the_environment", "streams.cli", "x = f(envvar='A')", "x = f(name='A')"),
    ("only_settings_read_the_environment", "streams.cli", "x = docker.from_env()", "x = docker()"),
    *(
        (
            *("nothing_that_runs_the_stages_reaches_the_truth", name),
            *("from streams.synthetic import truth", "from streams.synthetic import identifiers"),
        )
        for name in (
            *("streams.stages.join", "streams.runners.hand", "streams.board"),
            *("streams.dashboard.folds", "streams.kafka.feed"),
        )
    ),
    (
        *("nothing_that_runs_the_stages_reaches_the_truth", "streams.stages.join"),
        *("x = world.ground_truth()", "x = world.deliveries()"),
    ),
    (
        *("nothing_that_runs_the_stages_reaches_the_truth", "streams.stages.join"),
        *("x = world.actors()", "x = world.deliveries()"),
    ),
    (  # not said by the stage itself, but by what it imports
        *("nothing_that_runs_the_stages_reaches_the_truth", "streams.stage"),
        *("import streams.evaluate", "import streams.ids"),
    ),
    ("stages_know_no_runner", "streams.stages.join", "from streams import runners", "import re"),
    ("stages_know_no_runner", "streams.columns", "import streams.plan", "import streams.ids"),
    (
        *("runners_know_not_each_other", "streams.runners.embedded"),
        *("from streams.runners import faust_worker", "from streams.runners import worker"),
    ),
    (
        *("plugins_know_not_each_other", "streams.sources.bank"),
        *("from streams.sources.phone import SOURCE", "from streams.source import Source"),
    ),
    (
        *("plugins_know_not_each_other", "linkage.privacy.metrics.bits"),
        *("from linkage.privacy.defence import Traces", "from linkage.privacy.view import View"),
    ),
    (
        *("plugins_know_not_each_other", "linkage.privacy.metric"),
        *("from linkage.privacy.defences import suppress", "from linkage.privacy import view"),
    ),
    (
        *("plugins_know_not_each_other", "linkage.privacy.metric"),
        *("from linkage.privacy.attack import scored", "from linkage.privacy import view"),
    ),
    (
        *("plugins_know_not_each_other", "linkage.privacy.attacks.unicity"),
        *("from linkage.privacy.attacks import relinking", "from linkage.privacy import defence"),
    ),
    (  # not by the attack itself, but by what it imports
        *("plugins_know_not_each_other", "linkage.privacy.fitting"),
        *("from linkage.privacy.defences import perturb", "from linkage.privacy import view"),
    ),
    (
        *("plugins_know_not_each_other", "linkage.privacy.uses.visits"),
        *("from linkage.privacy.uses import flows", "from linkage.privacy import defence"),
    ),
    (
        *("plugins_know_not_each_other", "linkage.privacy.reading"),
        *("from linkage.privacy.attacks import unicity", "from linkage.privacy import attack"),
    ),
    (
        *("plugins_know_not_each_other", "linkage.privacy.metric"),
        *("from linkage.privacy.use import Use", "from linkage.privacy import view"),
    ),
    *(
        ("linkage_draws_nothing_unseeded", "linkage.train", f"import numpy as np\n{bad}", good)
        for bad, good in (
            ("x = np.random.rand(3)", "x = np.zeros(3)"),
            ("x = np.random.default_rng()", "x = np.random.default_rng(7)"),
            ("x = [np.random.random]", "x: np.random.Generator"),
            ("x = hash('a')", "x = text_hash('a')"),
            ("x = date.today()", "x = date.fromisoformat('2000-01-01')"),
        )
    ),
    ("nothing_is_left_undone", "streams.plan", f"# {MARK} later", "# to do it later would be late"),
    ("nothing_is_left_undone", "streams.plan", "def f(): raise NotImplementedError", "def f(): 1"),
    ("nothing_is_left_undone", "streams.plan", "def f(): ...", "def f(): return ()"),
    ("nothing_is_left_undone", "streams.plan", "assert False, 'never'", "assert 1 + 1 == 2"),
    (
        *("nothing_is_left_undone", "tests.streams.test_board"),
        *("import pytest\n@pytest.mark.skipif(True)\ndef f(): 1", "import pytest"),
    ),
    ("importing_does_nothing", "streams.plan", "print('here')", "'here'"),
    ("importing_does_nothing", "streams.plan", "for x in []: f(x)", "x = [f(x) for x in []]"),
    ("importing_does_nothing", "streams.plan", "x = open('a')", "x = sorted('a')"),
    ("importing_does_nothing", "streams.plan", "x = load_metrics()", "x = Draft({})"),
    ("importing_does_nothing", "streams.plan", "import os\nx = os.getpid()", "import os"),
    ("importing_does_nothing", "streams.plan", "import m\nm.register(1)", "m = M()\nm.add(1)"),
]


def broken(rule: str, name: str, line: str) -> list[str]:
    """Return what a rule finds when a line is added to a module, beyond what it found before."""
    changed = Module(name, f"{architecture.CODE[name].text}\n{line}\n")
    code = {**architecture.CODE, name: changed}
    return [found for found in getattr(architecture, rule)(code) if found not in known(rule)]


@cache
def known(rule: str) -> frozenset[str]:
    """Return what a rule finds in the code as it is."""
    return frozenset(getattr(architecture, rule)(architecture.CODE))


@pytest.mark.parametrize(("rule", "name", "bad", "good"), CASES)
def test_it_is_caught(rule: str, name: str, bad: str, good: str) -> None:
    assert broken(rule, name, bad) != []
    assert broken(rule, name, good) == []


def test_every_rule_is_shown_to_catch_something() -> None:
    assert {case[0] for case in CASES} == {check.__name__ for check in architecture.RULES}
