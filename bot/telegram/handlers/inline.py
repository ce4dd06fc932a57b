"""Inline mode: cards to hand out in any chat."""

from telegram import InlineKeyboardMarkup, InlineQueryResultArticle, InputTextMessageContent, Update
from telegram.ext import InlineQueryHandler

from bot.dialog.model import Card
from bot.telegram.messages import inline_keyboard
from bot.telegram.parts import App, Context

RESULTS = 50
"""What `answerInlineQuery` takes at most."""

CACHE_SECONDS = 300


def register(application: App) -> None:
    """Handle every inline query, the empty one too."""
    application.add_handler(InlineQueryHandler(_asked))


async def _asked(update: Update, context: Context) -> None:
    query = update.inline_query
    if query is None:
        return
    parts = context.parts
    cards = await parts.engine.cards(query.query, query.from_user.language_code, parts.clock())
    # Personal, for the same words give cards in the language of whoever asks.
    await query.answer([article(card) for card in cards[:RESULTS]], cache_time=CACHE_SECONDS, is_personal=True)


def article(card: Card) -> InlineQueryResultArticle:
    """Return a card as a result to choose."""
    return InlineQueryResultArticle(
        card.id,
        card.title,
        InputTextMessageContent(card.text),
        description=card.description,
        reply_markup=InlineKeyboardMarkup.de_json(dict(inline_keyboard(card.buttons))) if card.buttons else None,
    )
