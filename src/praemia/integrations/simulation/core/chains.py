"""The two chains that can be simulated: a café and a grocer. Articles are made up; prices are what such things cost."""

from __future__ import annotations

from praemia.integrations.simulation.model import Activity, Article, Chain


def _article(sku: str, price: int, category: str, weight: int = 10, most: int = 1, tags: tuple[str, ...] = ()) -> Article:
    return Article(sku=sku, price_minor=price, categories=(category,), weight=weight, most=most, tags=tags)


CAFE = Chain(
    name="cafe",
    shops=("harbour", "market", "station"),
    articles=(
        _article("flat-white", 390, "coffee", 30, 2),
        _article("cappuccino", 360, "coffee", 28, 2),
        _article("espresso", 240, "coffee", 14),
        _article("filter", 310, "coffee", 12),
        _article("iced-latte", 450, "coffee", 10),
        _article("tea", 320, "tea", 12),
        _article("croissant", 240, "pastry", 18, 3),
        _article("cinnamon-roll", 330, "pastry", 12, 2),
        _article("cheesecake", 450, "cake", 8),
        _article("sandwich", 690, "food", 9),
        _article("granola-bowl", 790, "food", 4),
        _article("beans-250g", 1290, "beans", 3),
        _article("cup-deposit", 200, "deposit", 4, 1, ("deposit",)),
        _article("gift-card-20", 2000, "gift-card", 1, 1, ("gift-card",)),
    ),
    lines=(1, 3),
    hours={7: 8, 8: 14, 9: 12, 10: 8, 11: 6, 12: 9, 13: 8, 14: 11, 15: 11, 16: 8, 17: 5},
    busy_days=(9, 9, 10, 10, 12, 14, 11),
    activity=Activity(
        name="review",
        per_thousand=12,
        fields={
            "stars": (5, 5, 5, 4, 4, 3, 2),
            "text": ("Lovely place.", "Best flat white in town.", "Quick and friendly.", "Too loud.", ""),
        },
    ),
)

GROCER = Chain(
    name="grocer",
    shops=("north", "south", "old-town", "ring-road"),
    articles=(
        _article("milk", 119, "dairy", 30, 4),
        _article("butter", 229, "dairy", 16, 2),
        _article("organic-yoghurt", 189, "dairy", 10, 3, ("organic",)),
        _article("bread", 289, "bakery", 26, 2),
        _article("rolls", 35, "bakery", 20, 10),
        _article("apples", 249, "produce", 18, 3),
        _article("organic-carrots", 199, "produce", 10, 2, ("organic",)),
        _article("tomatoes", 279, "produce", 14, 2),
        _article("pasta", 99, "dry-goods", 16, 4),
        _article("rice", 219, "dry-goods", 8, 2),
        _article("coffee", 649, "dry-goods", 9, 2),
        _article("mince", 549, "meat", 9, 2),
        _article("trout", 899, "fish", 4),
        _article("wine", 699, "wine", 6, 3),
        _article("detergent", 449, "household", 6),
        _article("cigarettes", 820, "tobacco", 3),
        _article("bottle-deposit", 25, "deposit", 8, 12, ("deposit",)),
        _article("gift-card-25", 2500, "gift-card", 1, 1, ("gift-card",)),
    ),
    lines=(3, 14),
    hours={7: 4, 8: 6, 9: 8, 10: 9, 11: 9, 12: 7, 13: 6, 14: 6, 15: 7, 16: 10, 17: 13, 18: 12, 19: 8, 20: 4},
    busy_days=(10, 9, 9, 10, 14, 16, 0),
    web_per_cent=8,
    guests_per_cent=15,
    activity=Activity(name="bag-returned", per_thousand=40, fields={"bags": (1, 1, 2, 2, 3, 4, 12)}),
)

CHAINS = {chain.name: chain for chain in (CAFE, GROCER)}
