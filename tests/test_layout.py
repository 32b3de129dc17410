"""Every picture: boxes and labels apart, edges from left to right and off the boxes, and as few crossings as can be."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from functools import cache
from itertools import pairwise, permutations, product

import pytest
from length import LONG, sized

from autodiff.errors import AutodiffError
from autodiff.render.drawing import order
from autodiff.render.drawing.coordinates import Layout, layout
from autodiff.render.drawing.layers import Layers, layered

Edges = list[tuple[int, int]]


def dag(count: int, seed: int, reach: int, most: int = 3) -> Edges:
    """A random graph whose nodes use some of those at most `reach` before them; now and then one twice."""
    chance = random.Random(seed)
    used = [[chance.randrange(max(0, i - reach), i) for _ in range(chance.randint(0, most))] for i in range(1, count)]
    return [(source, i) for i, sources in enumerate(used, 1) for source in sources]


GRAPHS = [dag(n, seed, reach) for n, reach in ((2, 1), (5, 5), (9, 4), (20, 6), (60, 10), (60, 60)) for seed in range(8)]
FAN = [(i, 30) for i in range(30)]
SHARED = [(0, i) for i in range(1, 30)] + [(i, 30) for i in range(1, 30)]
CHAIN = [(i, i + 1) for i in range(60)]
TWICE = [(0, 1), (0, 1), (0, 2), (1, 2), (1, 2)]
ALL = [*GRAPHS, FAN, SHARED, CHAIN, TWICE]


def drawn(edges: Edges, count: int) -> Layout:
    chance = random.Random(count)
    boxes = [(chance.uniform(40, 300), chance.uniform(30, 90)) for _ in range(count)]
    labels = [(chance.uniform(0, 200), chance.choice([0.0, 40.0])) for _ in edges]
    return layout(boxes, labels, layered(count, edges, count - 1))


def nodes(edges: Edges) -> int:
    return max((target for _, target in edges), default=0) + 1


PICTURES = [pytest.param(k, marks=LONG) if nodes(edges) == 60 and k % 8 else k for k, edges in enumerate(ALL)]
"""By default one of the eight that are large."""


@cache
def picture(k: int) -> Layout:
    """The k-th of all, drawn once."""
    return drawn(ALL[k], nodes(ALL[k]))


def long_chain(seed: int) -> Edges:
    """Steps that each use the last one, every second of them one from anywhere before: edges that pass many boxes."""
    chance = random.Random(seed)
    edges = [(i - 1, i) for i in range(1, 100)]
    return edges + [(chance.randrange(0, i - 2), i) for i in range(4, 100) if chance.random() < 0.5]


@pytest.mark.parametrize("seeds", sized(range(1), range(1, 12)), ids=str)
def test_every_bend_has_room(seeds: range) -> None:
    """Each rise is too small to be drawn, all together are not."""
    for edges in map(long_chain, seeds):
        found = layout([(40.0, 24.0)] * 100, [(0.0, 0.0)] * len(edges), layered(100, edges, 99))
        for before, after in (pair for route in found.routes for pair in pairwise(route.flats)):
            assert before.y == after.y or before.stop < after.start


def apart(a: Sequence[float], b: Sequence[float]) -> bool:
    """Whether two rectangles, given by their sides, do not overlap."""
    return a[1] <= b[0] or b[1] <= a[0] or a[3] <= b[2] or b[3] <= a[2]


@pytest.mark.sampled(6)
@pytest.mark.parametrize("k", PICTURES)
def test_nothing_overlaps_and_every_edge_arrives(k: int) -> None:
    edges, found = ALL[k], picture(k)
    count = nodes(edges)
    boxes = [(b.x, b.x + b.width, b.y, b.y + b.height) for b in found.boxes]
    sizes = random.Random(count)
    assert all(box.width == pytest.approx(sizes.uniform(40, 300)) and box.height >= sizes.uniform(30, 90) for box in found.boxes)
    assert all(a >= 0 and b <= found.width + 1e-6 and c >= -1e-6 and d <= found.height + 1e-6 for a, b, c, d in boxes)
    assert all(apart(a, b) for k, a in enumerate(boxes) for b in boxes[:k])
    heights = [max(10.0, height) for height in heights_of_labels(edges, count)]
    labels = [(r.label.start, r.label.stop, r.label.y - h / 2 + 3, r.label.y + h / 2 - 3) for r, h in zip(found.routes, heights)]
    assert all(apart(label, box) for label in labels for box in boxes)
    assert all(apart(a, b) for k, a in enumerate(labels) for b in labels[:k])
    for (source, target), route in zip(edges, found.routes):
        start, stop = route.flats[0], route.flats[-1]
        assert start.start == pytest.approx(boxes[source][1])
        assert stop.stop == pytest.approx(boxes[target][0])
        assert boxes[source][2] < start.y < boxes[source][3]
        assert boxes[target][2] < stop.y < boxes[target][3]
        assert all(flat.start <= flat.stop for flat in route.flats)
        assert all(a.stop <= b.start for a, b in pairwise(route.flats))
        for flat in route.flats:
            assert all(
                apart((flat.start, flat.stop, flat.y, flat.y), box) for k, box in enumerate(boxes) if k not in (source, target)
            )
            others = [label for k, label in enumerate(labels) if found.routes[k] is not route]
            assert all(apart((flat.start, flat.stop, flat.y, flat.y), label) for label in others)


def heights_of_labels(edges: Edges, count: int) -> list[float]:
    chance = random.Random(count)
    for _ in range(2 * count):
        chance.uniform(0, 1)
    return [(chance.uniform(0, 200), chance.choice([0.0, 40.0]))[1] for _ in edges]


@pytest.mark.sampled(6)
@pytest.mark.parametrize("k", PICTURES)
def test_the_ends_at_a_box_are_apart(k: int) -> None:
    edges, found = ALL[k], picture(k)
    for end in (0, -1):
        for node in range(nodes(edges)):
            ends = sorted(r.flats[end].y for edge, r in zip(edges, found.routes) if edge[0 if end == 0 else 1] == node)
            assert all(b - a > 9 for a, b in pairwise(ends))


@pytest.mark.parametrize("edges", ALL[:12], ids=range(12))
def test_the_same_graph_is_always_drawn_the_same(edges: Edges) -> None:
    assert drawn(edges, nodes(edges)) == drawn(edges, nodes(edges))


@pytest.mark.sampled(6)
@pytest.mark.parametrize("k", PICTURES)
def test_columns_are_short_of_nothing(k: int) -> None:
    """Every node stands right of its arguments, the output in the last column, and a node with one user right before it."""
    edges = ALL[k]
    count = nodes(edges)
    columns, _ = layered(count, edges, count - 1)
    place = {v: k for k, column in enumerate(columns) for v in column if v < count}
    assert sorted(place) == list(range(count))
    assert all(place[a] < place[b] for a, b in edges)
    assert place[count - 1] == len(columns) - 1
    for v in range(count - 1):
        users = [b for a, b in edges if a == v]
        if len(users) == 1 and sum(b == v for _, b in edges) <= 1:
            assert place[users[0]] == place[v] + 1


def crossed(found: Layers, columns: Sequence[Sequence[int]]) -> int:
    """How many pairs of edges cross, each pair of columns and each pair of links looked at by itself."""
    place = {v: n for column in columns for n, v in enumerate(column)}
    gap = {v: k for k, column in enumerate(columns) for v in column}
    links = [(gap[a], place[a], place[b]) for chain in found.chains for a, b in pairwise(chain)]
    return sum(k == m and (a - c) * (b - d) < 0 for n, (k, a, b) in enumerate(links) for m, c, d in links[:n])


def tangle(sizes: Sequence[int], seed: int) -> Edges:
    """Columns of so many nodes, each using two or three of the column before it; their sum is the output."""
    chance, edges, before, count = random.Random(seed), [], range(sizes[0]), sizes[0]
    for size in sizes[1:]:
        here = range(count, count + size)
        edges += [(j, i) for i in here for j in chance.sample(before, min(len(before), chance.randint(2, 3)))]
        before, count = here, count + size
    return [*edges, *((j, count) for j in before)]


SMALL = [tangle(sizes, seed) for sizes in ((3, 3), (3, 4), (3, 3, 2), (2, 3, 3)) for seed in range(25)]


def least(found: Layers) -> int | None:
    """The fewest crossings of all orders of all columns; None where there are too many to try."""
    orders = [list(permutations(column)) for column in found.columns]
    size = 1
    for some in orders:
        size *= len(some)
    return None if size > 300 else min(crossed(found, columns) for columns in product(*orders))


def test_no_crossing_that_could_be_avoided() -> None:
    judged = 0
    for edges in SMALL:
        found = layered(nodes(edges), edges, nodes(edges) - 1)
        if (best := least(found)) is not None:
            assert crossed(found, found.columns) == best
            judged += best > 0
    assert judged > 5


@pytest.mark.parametrize("seeds", sized(2, 20))
def test_sweeps_come_near_to_the_best(seeds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where not all orders are tried: on graphs where they can be, at most one crossing in twenty too many."""
    total = extra = 0
    for edges in [tangle(sizes, seed) for sizes in ((5, 5), (4, 5, 4), (3, 4, 3)) for seed in range(seeds)]:
        exact = layered(nodes(edges), edges, nodes(edges) - 1)
        with monkeypatch.context() as patch:
            patch.setattr(order, "EXACT", 0)
            swept = layered(nodes(edges), edges, nodes(edges) - 1)
        if is_exact(exact):
            total += crossed(exact, exact.columns)
            extra += crossed(swept, swept.columns) - crossed(exact, exact.columns)
            assert crossed(swept, swept.columns) >= crossed(exact, exact.columns)
    assert total > 5 * seeds
    assert extra <= total / 20, (extra, total)


def is_exact(found: Layers) -> bool:
    sizes = [len(list(permutations(range(min(6, len(column)))))) for column in found.columns]
    return sum(a * b for a, b in pairwise(sizes)) <= order.EXACT


def test_a_tree_has_no_crossing() -> None:
    for seed in range(20):
        chance = random.Random(seed)
        loose, edges = list(range(15)), []
        for i in range(15, 29):
            used = [loose.pop(chance.randrange(len(loose))) for _ in range(2)]
            edges += [(j, i) for j in used]
            loose.append(i)
        assert drawn(edges, 29).crossings == 0


@pytest.mark.sampled(6)
@pytest.mark.parametrize(("reach", "most"), [(3, 2), (10, 3), (399, 2)])
def test_four_hundred_nodes_take_no_time(reach: int, most: int) -> None:
    edges = dag(400, 1, reach, most)
    started = time.process_time()
    drawn(edges, 400)
    assert time.process_time() - started < 6  # about half a second on an idle machine


def test_what_would_take_all_memory_is_refused() -> None:
    """A variable that every one of a thousand steps uses passes half a million columns."""
    edges = [(i - 1, i) for i in range(1, 1000)] + [(0, i) for i in range(2, 1000)]
    with pytest.raises(AutodiffError, match="too large") as found:
        layered(1000, edges, 999)
    assert found.value.code == "E056"
