"""An explanation in sentences and equations, in the order of a good teacher; a notation spells the mathematics."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any

from autodiff.errors import enumerated
from autodiff.messages import count, say
from autodiff.passes.reasons import reason
from autodiff.point.worksheet import Use
from autodiff.primitives import TABLE
from autodiff.render import rows
from autodiff.render.notation import Block, Plain
from autodiff.render.nudges import nudges
from autodiff.render.supplements import works
from autodiff.study.explanation import Chain, Derivation, Explanation, Kept, Term
from autodiff.tape import Apply, Const, Var

LINKS = 8  # of a path that is written in full
MOST = 24  # of one whose steps have names
LONG = 400  # characters of a reading that nobody reads to its end
EXACT = 10**15  # a number of paths up to which every digit is shown


def all_blocks(found: Explanation, notation: Plain) -> Iterator[Block]:
    """All of it, from the graph on."""
    teller = _Teller(found, notation)
    if found.is_brief and not found.is_long:
        yield from teller.both()
    else:
        yield from teller.graph()
        yield from teller.forward()
    if found.sheet.wrt:
        yield from teller.backward()
        if found.nudges:
            yield from teller.chains()
            yield from nudges(found, notation)
    yield from teller.special()
    if found.sheet.wrt:
        yield from teller.work()
    else:
        yield Block("sentence", (say("there is no variable, so there is nothing to differentiate"),))


def chain_blocks(found: Explanation, notation: Plain) -> Iterator[Block]:
    """The forward pass, and the chain rule for each variable in full."""
    teller = _Teller(found, notation)
    yield from teller.forward()
    yield Block("heading", (_chains(),), "backward")
    yield from teller.each_chain()
    yield from teller.special()


def opening(found: Explanation, digits: int) -> tuple[str, str]:
    """The reading and the point; of a formula so long that steps are left out, the beginning of both."""
    texts = rows.title(found.sheet), rows.where(found.sheet, digits)
    title, point = map(_beginning, texts) if found.is_long else texts
    return title, point


def _chains() -> str:
    return say("The chain rule: along each path the local derivatives are multiplied, and the paths are added")


def _beginning(text: str) -> str:
    if len(text) <= LONG:
        return text
    return say("{beginning}… and {number} more characters", beginning=text[:LONG], number=len(text) - LONG)


class _Teller:
    def __init__(self, found: Explanation, notation: Plain) -> None:
        self.found, self.sheet, self.n = found, found.sheet, notation
        self.output = notation.inline(notation.name(self.sheet.tape.output))
        self.told: set[str] = set()  # what is said once

    def both(self) -> Iterator[Block]:
        """The graph and the forward pass in one: variables that feed the same stand together, and a step is its equation."""
        n = self.n
        title = say("Forward, from left to right: each step uses values that are known, and an arrow says what it feeds")
        yield Block("heading", (title,), "forward")
        feeds = {node.place: n.fed([*map(n.name, node.feeds)], node.more) for node in self.found.graph.head}
        alike: dict[str, list[str]] = {}
        for place in feeds:
            if not self._is_step(place):
                alike.setdefault(feeds[place], []).append(n.name(place))
        yield from (Block("arrow", (", ".join(names), fed), "forward") for fed, names in alike.items())
        for place in self.found.steps.head:
            yield self._step(place)._replace(note=n.leads(feeds[place]) if feeds[place] else "")

    def graph(self) -> Iterator[Block]:
        yield Block("heading", (say("The graph: every value, and the steps that it feeds"),))
        for node in self._all(self.found.graph):
            if isinstance(node, Block):
                yield node
                continue
            yield Block("arrow", (self._equal(node.place), self.n.fed([*map(self.n.name, node.feeds)], node.more)))

    def forward(self) -> Iterator[Block]:
        yield Block("heading", (say("Forward, from left to right: each step uses values that are known"),), "forward")
        for place in self._all(self.found.steps, "forward"):
            if isinstance(place, Block):
                yield place
                continue
            yield self._step(place)

    def _step(self, place: int) -> Block:
        """A step of the forward pass."""
        n, value = self.n, self.n.number(self.sheet.values[place])
        return _equation("forward", n.name(place), n.formula(place), n.numbers(place), value)

    def backward(self) -> Iterator[Block]:
        title = say("Backward, from right to left: how much does {output} change when a step changes?", output=self.output)
        yield Block("heading", (title,), "backward")
        for derivation in self._all(self.found.derivations, "backward"):
            if isinstance(derivation, Block):
                yield derivation
            else:
                yield from self._derivation(derivation)

    def _derivation(self, one: Derivation) -> Iterator[Block]:
        n, terms, number = self.n, one.terms, len(one.uses)
        name, short, long = n.inline(n.name(one.place)), n.derivative(one.place), n.total(one.place)
        head = [short, long] if one is self.found.derivations.head[min(1, len(self.found.derivations.head) - 1)] else [short]
        brief = self.found.is_brief
        equation = _equation("backward", *head, *(n.chain(one.place, one.uses, len(terms)) if terms else ()), n.number(one.value))
        yield equation._replace(note=n.behind([self._rule(one.place, term) for term in terms])) if brief and terms else equation
        if one.place == self.sheet.tape.output:
            yield Block("remark", (say("the output follows itself"),), "backward")
        elif not terms:
            yield Block("remark", (say("{output} does not change with {name}", output=self.output, name=name),), "backward")
        if number > 1:
            text = say("{name} is used {number} times, so the terms are added", name=name, number=number)
            yield Block("remark", (text,), "backward")
        yield from (Block("remark", (text,), "backward") for text in (self._once(terms) if brief else self._each(one.place, terms)))
        status = self.sheet.status.get(self.sheet.names[one.place]) if not self._is_step(one.place) else None
        if status is not None:
            text = say("this is not ok ({status}): the special points below say why", status=say(status.status))
            yield Block("remark", (text,), "backward")

    def _each(self, place: int, terms: Sequence[Term]) -> Iterator[str]:
        """Of every use the rule and its local derivative, and of every later step that its derivative is known."""
        known: set[int] = set()
        for term in terms:
            yield self._local(place, term)
            if term.use.step not in known:
                yield self._known(term)
            known.add(term.use.step)

    def _once(self, terms: Sequence[Term]) -> Iterator[str]:
        """What need not be said again: of the first derivative that is used twice, that it is."""
        for term in terms:
            if text := self._reason(term.use):
                yield text
            if term.also and "also" not in self.told:
                self.told.add("also")
                yield self._known(term)

    def _reason(self, use: Use) -> str:
        """Why a local derivative is what it is; said once of each operation, and of every `if` what is taken."""
        n, nodes = self.n, self.sheet.tape.nodes
        node = nodes[use.step]
        assert isinstance(node, Apply)
        if node.op == "if":
            condition = n.inline(n.condition(node.args[0]))
            if self.sheet.values[node.args[0]]:
                return say("{condition} holds, so the first branch is taken; the other gets nothing", condition=condition)
            return say("{condition} does not hold, so the second branch is taken; the other gets nothing", condition=condition)
        known = TABLE[node.op].reason[:1] if use.argument == 0 else TABLE[node.op].reason[-1:]
        if self.told.issuperset(known):
            return ""
        self.told.update(known)
        leaves = [nodes[j] if isinstance(nodes[j], Const) else Var(self.sheet.names[j], (0, 0)) for j in (*node.args, use.step)]
        pieces = reason(node.op, use.argument, dict(zip((*TABLE[node.op].names, "out"), leaves)))
        return "".join([n.prose(piece) if isinstance(piece, str) else n.inline(n.rule(piece)) for piece in pieces])

    def _rule(self, place: int, term: Term) -> str:
        """The rule of a use; and its local derivative, where that is more than a number."""
        n, step = self.n, term.use.step
        parts = dict.fromkeys([n.rule(term.formula), n.number(term.use.slope)])
        formula = n.inline(f"{n.partial(step, place)} = {next(iter(parts))}")
        return say("{rule}, {formula}", rule=self._named(term), formula=formula) if len(parts) > 1 else self._named(term)

    def _named(self, term: Term) -> str:
        node = self.sheet.tape.nodes[term.use.step]
        operation = TABLE[node.op].spelled or node.op if isinstance(node, Apply) else ""
        return say(term.rule) if term.rule else say("chain rule through {name}", name=self.n.prose(operation))

    def _local(self, place: int, term: Term) -> str:
        n, step, rule = self.n, term.use.step, self._named(term)
        parts = (n.partial(step, place), n.rule(term.formula), n.number(term.use.slope))
        said = {"formula": n.inline(self._equal(step)), "rule": rule, "derivative": n.inline(" = ".join(dict.fromkeys(parts)))}
        if term.number:
            name = n.inline(n.name(place))
            text = say("{formula}, place {number} of {name}, {rule}: {derivative}", name=name, number=term.number, **said)
        else:
            text = say("{formula}, {rule}: {derivative}", **said)
        why = self._reason(term.use)
        return say("{text}; {why}", text=text, why=why) if why else text

    def _known(self, term: Term) -> str:
        n, step = self.n, term.use.step
        known, value = n.inline(n.derivative(step)), n.inline(n.number(self.sheet.adjoint(step)))
        if not term.also:
            return say("{known} is known: {value}", known=known, value=value)
        others = enumerated([n.inline(n.derivative(place)) for place in term.also])
        return say("{known} is known: {value}; it is also used for {others}", known=known, value=value, others=others)

    def chains(self) -> Iterator[Block]:
        yield Block("heading", (_chains(),), "backward")
        if self.found.is_brief and len(self.found.chains.head) > 1:
            yield from self._example()
        else:
            yield from self.each_chain()

    def each_chain(self) -> Iterator[Block]:
        for chain in self._all(self.found.chains, "backward"):
            if isinstance(chain, Block):
                yield chain
            else:
                yield from self._chain(chain)

    def _example(self) -> Iterator[Block]:
        """One variable in full, and of the others what the backward pass has summed."""
        chains = [*self.found.chains.all()]
        example = next((chain for chain in chains if chain.paths), chains[0])
        yield from self._chain(example)
        n, others = self.n, [chain for chain in chains if chain is not example]
        sums = [n.inline(f"{n.total(chain.place)} = {n.number(chain.value)}") for chain in others]
        ways = [n.inline(_size(chain.ways, n)) for chain in others]
        if len({*ways}) > 1:
            sums = [say("{equation} (paths: {number})", equation=text, number=number) for text, number in zip(sums, ways)]
        if self.found.chains.left_out:
            sums.insert(len(self.found.chains.head) - 1, n.inline(n.dots))
        said = {"sums": ", ".join(sums)}
        text = say("the backward pass has summed the paths of the others: {sums}", **said)
        if len({*ways}) == 1 and others[0].ways > 1:
            text = say("the backward pass has summed the paths of the others, {number} each: {sums}", number=ways[0], **said)
        yield Block("sentence", (text,), "backward")

    def _chain(self, chain: Chain) -> Iterator[Block]:
        n, total, value = self.n, self.n.total(chain.place), self.n.number(chain.value)
        said = {"name": n.inline(n.name(chain.place)), "output": self.output}
        written = [self._path(chain.place, path.uses) for path in chain.paths]
        if chain.ways == 1 and written:
            yield _equation("backward", total, *written[0], value)
            return
        if chain.ways == 0:
            yield _equation("backward", total, value)
            yield Block("remark", (say("no path leads from {name} to {output}", **said),), "backward")
            return
        ways = n.inline(_size(chain.ways, n))
        if not written:
            yield _equation("backward", total, value)
            text = say("paths from {name} to {output}: {number}, too long to be written out", number=ways, **said)
            yield Block("remark", (text,), "backward")
            return
        yield Block("sentence", (say("From {name} to {output} there are {number} paths:", number=ways, **said),), "backward")
        for parts, path in zip(written, chain.paths):
            yield _equation("backward", *parts, n.number(path.product))._replace(kind="path")
        products = [n.number(path.product) for path in chain.paths]
        texts = [text if k == 0 else n.bracketed(text) for k, text in enumerate(products)]
        rest = [n.dots] if chain.ways > len(written) else []
        yield _equation("backward", total, " + ".join([*texts, *rest]), value)

    def _path(self, place: int, uses: Sequence[Any]) -> tuple[str, str]:
        """The links of a path as symbols and as numbers; of a long one the first and the last."""
        n = self.n
        places = [use.step for use in uses] + [place]
        symbols = [n.partial(a, b) for a, b in pairwise(places)]
        numbers = [n.number(use.slope) for use in uses]
        own, inner = self.sheet.tape.names, range(LINKS // 2, len(uses) - LINKS // 2)
        hidden = {k for k in inner if places[k] not in own and places[k + 1] not in own}
        hidden = hidden if len(uses) - len(hidden) <= MOST else {*inner}
        if len(hidden) > 1:
            symbols, numbers = (_without(hidden, texts, n.dots) for texts in (symbols, numbers))
        return n.product(symbols), n.product(numbers)

    def special(self) -> Iterator[Block]:
        found = rows.remarks if self.n.is_short else rows.remarks_on
        texts = list(found(self.sheet, self.n.digits))
        if texts:
            yield Block("heading", (say("Special points"),))
        for text in texts:
            yield Block("sentence", (self.n.prose(text),))

    def work(self) -> Iterator[Block]:
        found = self.found.work
        yield Block("heading", (say("Why from right to left?"),))
        for text in works(found):
            yield Block("sentence", (text,))
        if skipped := sum(map(len, self.sheet.uses.values())) - found.reverse.multiplications:
            text = count(
                skipped,
                "{number} product by 0 in the backward pass needs no computing, and is not counted",
                "{number} products by 0 in the backward pass need no computing, and are not counted",
            )
            yield Block("sentence", (text,))
        if "forward" not in found.shown:
            sweeps = found.forward.sweeps
            text = say("forward mode would need a sweep over the same steps for each of the {number} variables", number=sweeps)
            yield Block("sentence", (text,))
        elif found.forward.multiplications <= found.reverse.multiplications:
            text = say("here forward mode does no more work; with more variables, reverse mode still needs one sweep")
            yield Block("sentence", (text,))

    def _equal(self, place: int) -> str:
        """A step with its formula; a variable alone."""
        n = self.n
        return f"{n.name(place)} = {n.formula(place)}" if self._is_step(place) else n.name(place)

    def _is_step(self, place: int) -> bool:
        return isinstance(self.sheet.tape.nodes[place], Apply)

    def _all(self, kept: Kept[Any], tone: str = "") -> Iterator[Any]:
        """What is kept, and in its place a sentence on what is not."""
        yield from kept.head
        if kept.left_out:
            option = self.n.words("--steps all")
            text = count(kept.left_out, "… {number} more; {option} shows it", "… {number} more; {option} shows them", option=option)
            yield Block("sentence", (text,), tone)
        for k, one in enumerate(kept.tail):
            if k in kept.gaps:
                yield Block("sentence", (self.n.inline(self.n.dots),), tone)
            yield one


def _without(hidden: Collection[int], texts: Sequence[str], dots: str) -> list[str]:
    """The texts, with dots in place of those that are hidden."""
    return [dots if k in hidden else text for k, text in enumerate(texts) if k not in hidden or k - 1 not in hidden]


def _equation(tone: str, *parts: str) -> Block:
    return Block("equation", tuple(dict.fromkeys(parts)), tone)


def _size(number: int, notation: Plain) -> str:
    """A number of paths; one that is very large, roughly."""
    if number <= EXACT:
        return str(number)
    exponent = int(number.bit_length() * 0.30103) - 2
    leading = str(number // 10**exponent)  # its first digits
    return notation.power_of_ten(f"{leading[0]}.{leading[1]}", exponent + len(leading) - 1)
