"""The Chinese restaurant of the Pitman-Yor model, one guest at a time, and all its outcomes."""

from collections import Counter
from collections.abc import Iterator
from random import Random


def seated(random: Random, people: int, d: float, theta: float) -> list[int]:
    """Return the class of each person, drawn as they come."""
    sizes: list[int] = []
    classes: list[int] = []
    for n in range(people):
        if random.random() * (theta + n) < theta + len(sizes) * d or not sizes:
            chosen = len(sizes)
            sizes.append(0)
        elif d >= 0:
            # A class of s by s - d: that of somebody at random, who is believed by 1 - d / s.
            chosen = classes[int(random.random() * n)]
            while random.random() * sizes[chosen] < d:
                chosen = classes[int(random.random() * n)]
        elif random.random() * (n - len(sizes) * d) < n:
            chosen = classes[int(random.random() * n)]
        else:
            chosen = int(random.random() * len(sizes))
        sizes[chosen] += 1
        classes.append(chosen)
    return classes


def histogram(classes) -> dict[int, int]:
    """Return of each class size how many classes have it."""
    return dict(Counter(Counter(classes).values()))


def outcomes(
    sizes: tuple[int, ...], more: int, d: float, theta: float
) -> Iterator[tuple[float, tuple[int, ...]]]:
    """Yield every way in which `more` people can join these classes, with its chance."""
    if more == 0:
        yield 1.0, sizes
        return
    whole = theta + sum(sizes)
    steps = [((s - d) / whole, (*sizes[:i], s + 1, *sizes[i + 1 :])) for i, s in enumerate(sizes)]
    steps.append(((theta + len(sizes) * d) / whole, (*sizes, 1)))
    for chance, after in steps:
        if chance > 1e-15:
            for rest, end in outcomes(after, more - 1, d, theta):
                yield chance * rest, end


def partitions(people: int) -> Iterator[tuple[int, ...]]:
    """Yield the class sizes of every partition of so many people, one for each partition."""
    if people == 0:
        yield ()
        return
    for sizes in partitions(people - 1):
        for i, s in enumerate(sizes):
            yield (*sizes[:i], s + 1, *sizes[i + 1 :])
        yield (*sizes, 1)
