"""Which person on the roll somebody in an attendance report is.

In order of trust: a licence number with the family name, the exact e-mail, a display name that somebody has
decided on before, the full name, the family and given name. Each identifies only if nobody else has it and
nothing else speaks against it; otherwise a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from dataclasses import dataclass

from advocates.names import fold, split_full_name
from courses.attendance.claims import Claims
from courses.attendance.model import Presence
from courses.attendance.roster import Person, Roster, bare_licence, family_words, latin_words, name_key
from courses.attendance.suggesting import Suggestion, suggest

__all__ = ["Match", "Person", "Roster", "Suggestion", "match"]

Evidence = tuple[str, Collection[int]]

_CONFIDENCE = {"email": 98, "alias": 96}
_LONG_NUMBER = 5  # digits, zeros at the start not counted
_CODE = 100
LICENCE, _LICENCE_ALONE, _ZEROS_LOST = 100, 95, 90
_FULL_NAME, _SHORT_NAME, _SHORT_NAME_OF_REGISTERED = 95, 85, 75


@dataclass(frozen=True, slots=True)
class Match:
    """The person, on what the match rests and how surely in per cent; or why there is none, and who it might be.

    ``matched_by`` is code (they were logged in), licence, email, alias, name or "". ``reason`` is "" for a match,
    else no-name, not-on-roll, similar, namesakes, letters-lost, initials, shared-licence, shared-email,
    licence-name-disagree, licence-differs, evidence-disagrees or same-name-different-mail.
    """

    pk: int | None
    matched_by: str = ""
    confidence: int = 0
    reason: str = ""
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class _Named:
    """Whom the names fit, and how surely they would fit one of them."""

    pks: frozenset[int] = frozenset()
    confidence: int = 0


def match(presence: Presence, roster: Roster) -> Match:
    """The one person whom the presence identifies beyond doubt; linear in the length of its names."""
    if presence.advocate is not None:
        return logged_in(presence.advocate, roster.people)
    claims = Claims(presence)
    numbered = _numbered(claims, roster)
    agreeing = [pk for pk in numbered if _name_agrees(roster.people[pk], claims)]
    if len(agreeing) == 1:
        return Match(agreeing[0], "licence", LICENCE)
    named = _named(claims, roster)
    mailed = roster.by_email.get(claims.email, ())
    known_as = {pk for key in claims.keys for pk in roster.by_alias.get(key, ())}
    evidence: list[Evidence] = [
        ("licence", agreeing or (numbered if claims.asserts_a_licence else ())),
        ("email", mailed),
        ("alias", known_as),
        ("name", named.pks),
    ]
    if numbered and not claims.names and not mailed:
        return _by_number_alone(claims, numbered, roster, evidence)
    found = _identified(evidence, named)
    reason = _objection(claims, roster, found, evidence)
    if found.pk is not None and not reason:
        return found
    return _undecided(claims, roster, evidence, reason)


def logged_in(pk: int, people: Container[int]) -> Match:
    return Match(pk, "code", _CODE) if pk in people else Match(None, reason="not-on-roll")


def _undecided(claims: Claims, roster: Roster, evidence: Iterable[Evidence], reason: str) -> Match:
    suggestions = suggest(claims, roster, evidence)
    if not reason:
        reason = "similar" if suggestions else "not-on-roll"
    return Match(None, reason=reason, suggestions=suggestions)


def _numbered(claims: Claims, roster: Roster) -> list[int]:
    """Those with a licence number that is stated or typed, and not with another date than the stated one."""
    pks = {pk for number in claims.licences for pk in roster.by_licence.get(number, ())}
    day = claims.licence_date
    return sorted(pk for pk in pks if day is None or roster.people[pk].licence_date in (None, day))


def _name_agrees(person: Person, claims: Claims) -> bool:
    """Whether the family name agrees and, beside a short number that may be a telephone's model, the given name too."""
    if not _family_agrees(person, claims):
        return False
    number = bare_licence(person.licence)
    if number == claims.stated_licence or len(number) >= _LONG_NUMBER:
        return True
    others = {word for key in claims.keys for word in key.split()} - family_words(person)
    given = fold(person.given_name)
    return not others or bool(others & {given, given[:1]})


def _family_agrees(person: Person, claims: Claims) -> bool:
    """Whether the family name, or the former one that the roll has in brackets, is among the words of the names."""
    if family_words(person) and family_words(person) <= claims.words:
        return True
    former = fold(split_full_name(person.full_name).extra).split() if "(" in person.full_name else []
    return any(len(word) > 1 and word in claims.words for word in former)


def _by_number_alone(claims: Claims, pks: list[int], roster: Roster, evidence: Iterable[Evidence]) -> Match:
    """In a list of nothing but licence numbers a number identifies if only one person has it."""
    if len(pks) > 1:
        return _undecided(claims, roster, evidence, "shared-licence")
    exact = claims.presence.licence.strip() == roster.people[pks[0]].licence
    return Match(pks[0], "licence", _LICENCE_ALONE if exact else _ZEROS_LOST)


def _named(claims: Claims, roster: Roster) -> _Named:
    """Whom all the names fit that fit anybody; nobody if they fit different people."""
    fitting = [named for key in claims.keys if (named := _named_by(key, roster)).pks]
    if not fitting:
        return _Named()
    common = frozenset.intersection(*(named.pks for named in fitting))
    best = max(fitting, key=lambda named: named.confidence)
    if not common:  # one signs in under the names of two
        return _Named(frozenset.union(*(named.pks for named in fitting)))
    return _Named(common, best.confidence)


def _named_by(key: str, roster: Roster) -> _Named:
    words = key.split()
    full = roster.by_full_name.get(name_key(words), ()) if len(words) > 2 else ()
    if full:
        return _Named(_attending(full, roster), _FULL_NAME)
    if len(words) < 2:
        return _Named()
    parts = split_full_name(key)
    if len(words) > 2 and parts.patronymic:
        short = roster.by_short_name.get(name_key(f"{parts.family} {parts.given}".split()), ())
        short = tuple(pk for pk in short if not roster.people[pk].patronymic)
        return _Named(_attending(short, roster), _SHORT_NAME)
    return _short_named(_attending(roster.by_short_name.get(name_key(words), ()), roster), roster)


def _short_named(pks: frozenset[int], roster: Roster) -> _Named:
    """Of several people with one family and given name, the one who registered; not if their full names are one."""
    invited = pks & roster.registered
    if len(pks) > 1 and len(invited) == 1 and len({fold(roster.people[pk].full_name) for pk in pks}) == len(pks):
        return _Named(invited, _SHORT_NAME_OF_REGISTERED)
    return _Named(pks, _SHORT_NAME)


def _attending(pks: Collection[int], roster: Roster) -> frozenset[int]:
    """Those who may attend; all of them if none may."""
    return frozenset(pk for pk in pks if roster.people[pk].may_attend) or frozenset(pks)


def _identified(evidence: Iterable[Evidence], named: _Named) -> Match:
    """The first evidence after the number that only one person has; doubts are raised elsewhere."""
    for kind, pks in evidence:
        if kind != "licence" and len(pks) == 1 and (kind != "name" or named.confidence):
            return Match(next(iter(pks)), kind, _CONFIDENCE.get(kind, named.confidence))
    return Match(None)


def _objection(claims: Claims, roster: Roster, found: Match, evidence: Iterable[Evidence]) -> str:
    """What speaks against the match, or why there is none; "" for nothing."""
    by_kind = {kind: frozenset(pks) for kind, pks in evidence}
    if found.pk is None:
        return _why_nobody(claims, by_kind)
    if by_kind["licence"] and found.pk not in by_kind["licence"]:
        return "licence-name-disagree"
    asserted = claims.stated_licence if found.matched_by == "email" else claims.asserts_a_licence
    if asserted and _another_licence(roster.people[found.pk], claims):
        return "licence-differs"
    others = [pks for pks in by_kind.values() if pks and found.pk not in pks]
    if others or (found.matched_by == "email" and _shared(claims, roster, found.pk)):
        return "evidence-disagrees"
    if found.matched_by == "alias" and len(by_kind["name"]) > 1:
        return "namesakes"
    if found.matched_by != "email" and claims.has_problem("same-name-different-mail"):
        return "same-name-different-mail"
    return ""


def _why_nobody(claims: Claims, by_kind: dict[str, frozenset[int]]) -> str:
    if by_kind["licence"]:
        return "licence-name-disagree" if len(by_kind["licence"]) == 1 else "shared-licence"
    if len(by_kind["name"]) > 1:
        return "namesakes"
    if len(by_kind["email"]) > 1:
        return "shared-email"
    if claims.damaged:
        return "letters-lost"
    if not claims.keys:
        return "no-name"
    return "initials" if all(len(key.split()) > 1 and not name_key(key.split()) for key in claims.keys) else ""


def _another_licence(person: Person, claims: Claims) -> bool:
    return bool(person.licence) and bare_licence(person.licence) not in claims.licences


def _shared(claims: Claims, roster: Roster, pk: int) -> bool:
    """Whether the address was also used under a name that has nothing of this person's: somebody else's, perhaps."""
    if not claims.presence.other_names:
        return False
    known = set(roster.latin_words(pk))
    return any(not known & set(latin_words(key)) for key in claims.keys)
