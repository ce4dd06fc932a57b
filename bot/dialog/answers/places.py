"""Which provinces verify, since when, and on which page."""

from collections.abc import Iterable
from functools import cache

from bot.dialog.answers import people
from bot.dialog.answers.buttons import open_portal, which_province
from bot.dialog.answers.context import Context, NotSaidError
from bot.dialog.model import Answer
from bot.rules.load import province_ids
from bot.rules.model import Batch, Portal
from bot.texts import Html, capital, link
from bot.understanding.numbers import LAST_BATCH


def province(ctx: Context) -> Answer:
    """Answer a province named and hardly anything else: whether it is in, where to verify, and who."""
    if not ctx.slots.provinces:
        return _which(ctx)
    if people.exempt(ctx):
        return ctx.say(*people.type_lines(ctx))
    inside = tuple(name for name in ctx.slots.provinces if verifies(ctx, name))
    who = people.type_lines(ctx) if inside else ()
    return ctx.say(*need_lines(ctx), *portal_lines(ctx, inside), *who, buttons=open_portal(ctx))


def need(ctx: Context) -> Answer:
    """Answer whether verification is asked for: in these provinces, for these types, or of everybody."""
    provinces = ctx.slots.provinces
    if not provinces and not ctx.slots.filing_types:
        return _need_overview(ctx)
    where = () if people.exempt(ctx) else need_lines(ctx)
    inside = not provinces or any(verifies(ctx, name) for name in provinces)
    return ctx.say(*where, *(people.type_lines(ctx) if inside or not where else ()))


def portal(ctx: Context) -> Answer:
    """Answer which page the codes are entered on."""
    provinces = ctx.slots.provinces or tuple(name for batch in _batches_named(ctx) for name in batch.provinces)
    if not provinces and common_portal(ctx):
        everywhere = [name for batch in ctx.state.batches for name in batch.provinces]
        return ctx.say(*portal_lines(ctx, everywhere, whole=ctx.texts("batch.all")))
    if not provinces:
        return _which(ctx)
    return ctx.say(*portal_lines(ctx, provinces), buttons=open_portal(ctx))


def batches(ctx: Context) -> Answer:
    """Answer which provinces began when: those named, the batches named, or all."""
    if ctx.slots.provinces:
        return ctx.say(*_batch_lines_of_provinces(ctx))
    named = _batches_named(ctx)
    if named:
        return ctx.say(*(_batch_line(ctx, batch) for batch in named))
    everything = _all_batches(ctx)
    if not everything:
        raise NotSaidError
    begun = tuple(batch for batch in everything if batch.starts <= ctx.day) if ctx.slots.on else everything
    shown = begun or everything
    numbered = [batch for batch in shown if batch.number is not None]
    count = ctx.texts.plural("batches.count", len(numbered)) if numbered else None
    unknown = [ctx.texts("batches.no_such", number=number) for number in ctx.slots.batches if numbered]
    return ctx.say(*unknown, count, *(_batch_line(ctx, batch) for batch in shown))


def not_pilot(ctx: Context) -> Answer:
    """Answer which provinces need no verification."""
    if ctx.slots.provinces:
        return ctx.say(*need_lines(ctx))
    outside = [name for name in _all_provinces() if not verifies(ctx, name)]
    later = [batch for batch in _all_batches(ctx) if batch.starts > ctx.day]
    if not outside:
        last = max(ctx.state.batches, key=lambda batch: batch.starts)
        return ctx.say(ctx.texts("not_pilot.none", start=ctx.texts.date(last.starts)))
    listed = ctx.texts.plural("not_pilot.list", len(outside), provinces=ctx.province_names(outside))
    return ctx.say(listed, *(_batch_line(ctx, batch) for batch in later))


def verifies(ctx: Context, province: str) -> bool:
    """Whether verification is asked for in `province` on the day that is asked about."""
    batch = _batch_of(ctx, province)
    return batch is not None and batch.starts <= ctx.day


def common_portal(ctx: Context) -> Portal | None:
    """Return the page that serves every province that verifies, without a choice on it; None where there is none."""
    pages = {ctx.portal(name) for batch in ctx.state.batches for name in batch.provinces}
    page = pages.pop() if len(pages) == 1 else None
    return page if page and not page.choose_province else None


def need_lines(ctx: Context) -> tuple[Html, ...]:
    """Return for each province that is named whether it verifies; those that never do share a line."""
    outside = [name for name in ctx.slots.provinces if _batch_of(ctx, name) is None]
    lines = []
    for name in ctx.slots.provinces:
        batch = _batch_of(ctx, name)
        if batch:
            lines.append(_need_line(ctx, name, batch))
        elif name == outside[0]:
            lines.append(ctx.texts("need.out", provinces=ctx.province_names(outside)))
    return tuple(lines)


def portal_lines(ctx: Context, provinces: Iterable[str], whole: Html | None = None) -> tuple[Html, ...]:
    """Return the pages for `provinces`, one line a page, and what to do there.

    `whole` is what the provinces are called together, instead of their names.
    """
    own: dict[Portal, list[str]] = {}
    shared: dict[Portal, list[str]] = {}
    for name in provinces:
        page = ctx.portal(name)
        (shared if page.choose_province else own).setdefault(page, []).append(name)

    def lines(pages: dict[Portal, list[str]]) -> list[Html]:
        return [_page_line(ctx, page, whole or ctx.province_names(names)) for page, names in pages.items()]

    return (*lines(own), *_press_lines(ctx, own), *lines(shared), *_choose_lines(ctx, shared))


def _page_line(ctx: Context, page: Portal, names: Html) -> Html:
    return capital(ctx.texts("portal.at", provinces=names, link=link(page.url, page.shown)))


def _press_lines(ctx: Context, pages: dict[Portal, list[str]]) -> tuple[Html, ...]:
    """Return what to do on the pages of single provinces, once for all of them."""
    if not pages:
        return ()
    direct = next((page.page for page in pages if page.page), None)
    if direct:
        return (ctx.texts("portal.page", link=link(direct, direct)),)
    return (ctx.texts("portal.press", button=ctx.quote("verify_button")),)


def _choose_lines(ctx: Context, pages: dict[Portal, list[str]]) -> tuple[Html, ...]:
    """Return what to do on a page of several provinces, where the right one is chosen first."""
    if not pages:
        return ()
    names = [name for served in pages.values() for name in served]
    example = next((page.example for page in pages if page.example in names), None) or names[0]
    key = "portal.choose" if len(names) == 1 else "portal.choose_any"
    values = {"list": ctx.quote("portal_list"), "button": ctx.quote("verify_button")}
    return (ctx.texts(key, province=ctx.province_name(example), **values),)


def _need_line(ctx: Context, province: str, batch: Batch) -> Html:
    return ctx.texts(
        "need.yes" if batch.starts <= ctx.day else "need.not_yet",
        province=ctx.province_name(province),
        batch=ctx.batch(batch),
        start=ctx.texts.date(batch.starts),
        day=ctx.texts.date(ctx.day),
    )


def _need_overview(ctx: Context) -> Answer:
    begun = [batch for batch in _all_batches(ctx) if batch.starts <= ctx.day]
    if not begun:
        return batches(ctx)
    count = sum(len(batch.provinces) for batch in begun)
    if all(batch.number is None for batch in begun):
        start = ctx.texts.date(begun[-1].starts)
        return ctx.say(ctx.texts.plural("need.everywhere", count, start=start))
    lines = [ctx.texts.plural("need.where", count), *(_batch_line(ctx, batch) for batch in begun)]
    buttons = which_province(ctx, (name for batch in begun for name in batch.provinces), others=True)
    return ctx.say(*lines, ctx.texts("ask.province"), buttons=buttons, missing="province")


def _which(ctx: Context) -> Answer:
    provinces = [name for batch in ctx.state.batches for name in batch.provinces]
    return ctx.say(
        ctx.texts("ask.province"),
        ctx.texts("portal.differ"),
        buttons=which_province(ctx, provinces, others=set(provinces) != set(_all_provinces())),
        missing="province",
        factual=False,
    )


def _batch_line(ctx: Context, batch: Batch) -> Html:
    start = ctx.texts.date(batch.starts)
    if batch.number is None:
        return ctx.texts.plural("need.everywhere", len(batch.provinces), start=start)
    names = ctx.province_names(batch.provinces)
    return capital(ctx.texts("batches.item", batch=ctx.batch(batch), start=start, provinces=names))


def _batch_lines_of_provinces(ctx: Context) -> tuple[Html, ...]:
    """Return which batch each province is in; where there are none, or it is in none, whether it verifies."""
    found = {name: _batch_of(ctx, name) for name in ctx.slots.provinces}
    numbered = {name: batch for name, batch in found.items() if batch and batch.number is not None}
    lines = [
        ctx.texts(
            "batches.province",
            province=ctx.province_name(name),
            batch=ctx.batch(batch),
            start=ctx.texts.date(batch.starts),
        )
        for name, batch in numbered.items()
    ]
    others = tuple(name for name in found if name not in numbered)
    if others or len(found) == 1:
        return (*lines, *need_lines(ctx.about(others)))
    return ctx.texts("batches.same" if len(set(numbered.values())) == 1 else "batches.different"), *lines


def _all_batches(ctx: Context) -> tuple[Batch, ...]:
    return (*ctx.state.batches, *ctx.state.upcoming)


def _batches_named(ctx: Context) -> tuple[Batch, ...]:
    """Return the batches that are asked about by number, or by the day on which they began."""
    batches = _all_batches(ctx)
    last = max((batch.number or 0 for batch in batches), default=0)
    numbers = {last if number == LAST_BATCH else number for number in ctx.slots.batches}
    return tuple(batch for batch in batches if batch.number in numbers or batch.starts == ctx.slots.on)


def _batch_of(ctx: Context, province: str) -> Batch | None:
    return ctx.state.batch_of(province) or ctx.state.upcoming_batch_of(province)


@cache
def _all_provinces() -> tuple[str, ...]:
    return tuple(sorted(province_ids()))
