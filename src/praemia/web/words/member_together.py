"""The words of what members do with others and with further cards. Part of the words of `member`."""

from __future__ import annotations

from collections.abc import Mapping

_WORDS: Mapping[str, tuple[str, str]] = {
    "pools": ("Household and team", "Haushalt und Team"),
    "pool_can_spend": ("You can spend together", "Gemeinsam können Sie ausgeben"),
    "pool_you": ("you", "Sie"),
    "pool_head": ("head", "führt"),
    "pool_oldest": ("The oldest points of all go first.", "Zuerst gehen die ältesten Punkte aller."),
    "pool_proportional": ("Each gives in proportion to what they have.", "Jeder gibt im Verhältnis zu dem, was er hat."),
    "pool_only_head": ("Only the head spends.", "Nur wer führt, gibt aus."),
    "pool_anybody": ("Everybody may spend.", "Ausgeben dürfen alle."),
    "pool_own": ("Until then everybody's points are their own.", "Bis dahin gehören jedem die eigenen Punkte."),
    "pool_give": ("Give points to somebody of it", "Jemandem daraus Punkte geben"),
    "pool_spend": ("Spend together", "Gemeinsam ausgeben"),
    "pool_spend_text": (
        "For something the shop hands you now: the points are gone at once. Show the page that follows.",
        "Für etwas, das Ihnen der Laden jetzt gibt: Die Punkte sind sofort weg. Zeigen Sie die Seite, die dann kommt.",
    ),
    "pool_reason": ("For what", "Wofür"),
    "pool_spend_now": ("Spend now", "Jetzt ausgeben"),
    "pool_leave": ("Leave", "Verlassen"),
    "pool_leave_text": (
        "What is left of your own points stays yours; the others can no longer spend it. Only the shop can let you in again.",
        "Was von Ihren Punkten übrig ist, bleibt Ihres; die anderen können es nicht mehr ausgeben. Wieder hinein lässt Sie nur der Laden.",
    ),
    "pool_leave_now": ("Leave now", "Jetzt verlassen"),
    "pool_left": ("You have left. Your points are your own.", "Sie sind nicht mehr dabei. Ihre Punkte gehören Ihnen."),
    "pool_none": ("You belong to none", "Sie gehören zu keinem"),
    "pool_none_text": ("The shop brings households and teams together.", "Haushalte und Teams führt der Laden zusammen."),
    "terms_purpose": ("Terms of membership", "Teilnahmebedingungen"),
    "proof_terms": ("Terms in force: version {n}", "Geltende Bedingungen: Fassung {n}"),
    "origin_join": ("when joining", "beim Beitritt"),
    "another_card": ("I have another card", "Ich habe noch eine Karte"),
    "another_card_text": (
        "A card without a name becomes yours, with everything on it. Number and code are printed on it.",
        "Eine Karte ohne Namen wird Ihre, mit allem, was darauf ist. Nummer und Code stehen darauf.",
    ),
    "card_number": ("Card number", "Kartennummer"),
    "card_code": ("Code", "Code"),
    "card_code_hint": ("Eight signs beside the number.", "Acht Zeichen neben der Nummer."),
    "card_look": ("See what is on it", "Ansehen, was darauf ist"),
    "card_comes": ("This comes to you", "Das kommt zu Ihnen"),
    "card_brings": ("{amount}, with their own last days", "{amount}, mit ihren eigenen Ablauftagen"),
    "card_brings_nothing": ("No points are on it now.", "Im Moment sind keine Punkte darauf."),
    "card_works_on": ("The card goes on working, as one of yours.", "Die Karte gilt weiter, als eine von Ihren."),
    "card_status": (
        "What was bought with it counts for you, for limits and for your status too.",
        "Was damit gekauft wurde, zählt für Sie, auch für Grenzen und Ihren Status.",
    ),
    "card_no_way_back": ("Only the shop can part the two again.", "Trennen kann die beiden nur der Laden wieder."),
    "card_take": ("Make it mine", "Zu meiner machen"),
    "card_leave": ("Not now", "Jetzt nicht"),
    "card_identity_refused": (
        "This does not match: number and code do not belong together, or the card is blocked or somebody's already.",
        "Das passt nicht: Nummer und Code gehören nicht zusammen, oder die Karte ist gesperrt oder hat schon jemanden.",
    ),
    "card_sharing_points_held": (
        "Something redeemed with this card is still under way. Try again when it has arrived.",
        "Mit dieser Karte ist noch eine Einlösung unterwegs. Versuchen Sie es noch einmal, wenn sie da ist.",
    ),
    "card_sharing_already_merged": ("This card is yours already.", "Diese Karte ist schon Ihre."),
    "card_sharing_same_member": ("This card is yours already.", "Diese Karte ist schon Ihre."),
}
"""Key -> (English, German)."""

EN: Mapping[str, str] = {key: english for key, (english, _) in _WORDS.items()}
DE: Mapping[str, str] = {key: german for key, (_, german) in _WORDS.items()}
