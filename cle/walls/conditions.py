"""Conditions on a row, in SQL; ``{t}`` is its table. Each costs one look-up per statement, and none per row.

The functions run as the owner of the tables and read what the person asking may not: whose role opens which bar.
"""

from __future__ import annotations

from typing import Final

FUNCTIONS: Final[dict[str, str]] = {
    "cle_user() RETURNS bigint LANGUAGE sql STABLE": """
        SELECT nullif(current_setting('cle.user', true), '')::bigint
    """,
    "cle_open_bars() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER": """
        DECLARE
            me CONSTANT bigint := cle_user();
            everything CONSTANT boolean := (SELECT is_superuser FROM advocates_user WHERE id = me AND is_active);
        BEGIN
            IF everything IS NULL THEN
                RETURN '{}';
            ELSIF everything THEN
                RETURN ARRAY (SELECT id FROM advocates_bar);
            END IF;
            RETURN ARRAY (
                WITH RECURSIVE tree AS (
                    SELECT bar_id AS id FROM advocates_role WHERE user_id = me AND ended_at IS NULL
                    UNION
                    SELECT child.id FROM advocates_bar child JOIN tree ON child.parent_id = tree.id
                ) SELECT id FROM tree
            );
        END
    """,
    "cle_near_bars() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER": """
        BEGIN
            RETURN ARRAY (
                WITH RECURSIVE tree AS (
                    SELECT unnest(cle_open_bars()) AS id
                    UNION
                    SELECT bar_id FROM advocates_advocate WHERE user_id = cle_user()
                    UNION
                    SELECT child.parent_id FROM advocates_bar child JOIN tree ON child.id = tree.id
                     WHERE child.parent_id IS NOT NULL
                ) SELECT id FROM tree
            );
        END
    """,
    "cle_known_bars() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER": """
        DECLARE
            mine CONSTANT bigint[] := cle_open_bars();
        BEGIN
            RETURN ARRAY (
                WITH RECURSIVE tree AS (
                    SELECT unnest(cle_near_bars()) AS id
                    UNION
                    SELECT bar_id FROM courses_provider WHERE account_id = cle_user()
                    UNION
                    SELECT bar_id FROM advocates_membership WHERE advocate_id = cle_advocate()
                    UNION
                    SELECT past.bar_id FROM advocates_membership past
                      JOIN advocates_advocate person ON person.id = past.advocate_id
                     WHERE person.bar_id = ANY (mine) AND past.bar_id <> ALL (mine)
                    UNION
                    SELECT child.parent_id FROM advocates_bar child JOIN tree ON child.id = tree.id
                     WHERE child.parent_id IS NOT NULL
                ) SELECT id FROM tree
            );
        END
    """,
    "cle_advocate() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER": """
        BEGIN
            RETURN (SELECT id FROM advocates_advocate WHERE user_id = cle_user());
        END
    """,
    "cle_advocates_bar() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER": """
        BEGIN
            RETURN (SELECT bar_id FROM advocates_advocate WHERE user_id = cle_user());
        END
    """,
    "cle_guest(person bigint, bars bigint[]) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER": """
        BEGIN
            RETURN bars <> '{}' AND (
                EXISTS (SELECT FROM courses_attendance x WHERE x.advocate_id = person AND x.bar_id = ANY (bars))
                OR EXISTS (SELECT FROM courses_registration x WHERE x.advocate_id = person AND x.bar_id = ANY (bars))
                OR EXISTS (SELECT FROM advocates_membership x WHERE x.advocate_id = person AND x.bar_id = ANY (bars))
            );
        END
    """,
    "cle_first_named(words tsquery, begun text, bar int8, most int) RETURNS bigint[] LANGUAGE plpgsql STABLE"
    " SECURITY DEFINER": """
        DECLARE  -- ``begun`` is "word", "word,spelling" or "word letter"; a missing second one is in every name
            word CONSTANT text[] := string_to_array(' ' || replace(split_part(begun, ' ', 1), ',', ', '), ',');
            next CONSTANT text[] := string_to_array(' ' || replace(split_part(begun, ' ', 2), ',', ', '), ',');
            found bigint[];
        BEGIN
            IF bar <> ALL (cle_open_bars()) THEN
                RETURN '{}';
            END IF;
            -- One word begins so many names that the first of them are found soonest by reading from the top, of an
            -- index that has the names beside the keys; or so few that the index of words has them soon.
            IF begun <> '' THEN
                found := ARRAY (
                    SELECT id FROM (
                        SELECT id, ' ' || search_key AS name FROM advocates_advocate
                         WHERE bar_id BETWEEN bar AND bar ORDER BY bar_id, id  -- no other index has that order
                         LIMIT CASE next[1] WHEN ' ' THEN 15000 ELSE 3000 END
                    ) AS top
                     WHERE (strpos(name, word[1]) > 0 OR strpos(name, word[2]) > 0)
                       AND (strpos(name, next[1]) > 0 OR strpos(name, next[2]) > 0) LIMIT most
                );
                IF cardinality(found) = most THEN
                    RETURN found;
                END IF;
            END IF;
            RETURN ARRAY (
                SELECT id FROM (
                    SELECT id FROM advocates_advocate
                     WHERE cle_name_words(search_key) @@ words AND bar_id = bar OFFSET 0  -- by the index of words
                ) AS named ORDER BY id LIMIT most
            );
        END
    """,
    "cle_named(words tsquery) RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER": """
        BEGIN
            RETURN ARRAY (
                SELECT id FROM advocates_advocate
                 WHERE cle_name_words(search_key) @@ words
                   AND bar_id = ANY ((SELECT cle_open_bars())::bigint[])
            );
        END
    """,
    "cle_provider() RETURNS bigint LANGUAGE plpgsql STABLE SECURITY DEFINER": """
        BEGIN
            RETURN (SELECT id FROM courses_provider WHERE account_id = cle_user());
        END
    """,
    "cle_shown_certificates() RETURNS bigint[] LANGUAGE plpgsql STABLE SECURITY DEFINER": """
        BEGIN
            RETURN ARRAY (
                WITH RECURSIVE shown AS (
                    SELECT id FROM compliance_certificate WHERE code = nullif(current_setting('cle.code', true), '')
                    UNION
                    SELECT revoked.replaced_by_id FROM compliance_revocation revoked
                      JOIN shown ON revoked.certificate_id = shown.id WHERE revoked.replaced_by_id IS NOT NULL
                ) SELECT id FROM shown
            );
        END
    """,
}
"""Head and body. In a policy each is a sub-select of its own, which is asked once per statement; but for guests.

``cle_named`` and ``cle_first_named`` are no part of a policy: they find names through the index that the wall keeps the
web role from; the latter those of one bar with the smallest keys.
"""

OPEN: Final = "(SELECT cle_open_bars())::bigint[]"
NEAR: Final = "(SELECT cle_near_bars())::bigint[]"
KNOWN: Final = "(SELECT cle_known_bars())::bigint[]"
"""Those, and the bars where the same people were before: their staff's names stand under what they decided then."""
ME: Final = "(SELECT cle_user())"

EVERYBODY: Final = "true"
OF_THE_BAR: Final = f"{{t}}.bar_id = ANY ({OPEN})"
"""``BarQuerySet.open_to``: rows of the bars where the person has a role, and of the bars below."""

OF_ITS_PEOPLE: Final = f"""EXISTS (
    SELECT FROM advocates_advocate person WHERE person.id = {{t}}.advocate_id AND person.bar_id = ANY ({OPEN})
)"""
"""``PersonQuerySet.open_to``: rows about the advocates who are at these bars today."""

OF_ITS_CASES: Final = f"""EXISTS (
    SELECT FROM compliance_case told JOIN advocates_advocate person ON person.id = told.advocate_id
     WHERE told.id = {{t}}.case_id AND person.bar_id = ANY ({OPEN})
)"""

OF_ONESELF: Final = "{t}.advocate_id = (SELECT cle_advocate())"
"""``PersonQuerySet.of``: rows about the advocate who is asking."""

GUEST: Final = f"cle_guest({{t}}.id, {OPEN})"
"""Advocates of other bars who came to sessions of these, or were members once: their names stand in these bars' rows.

Asked of each row that nothing else lets through; what else is known about these people stays behind the wall.
"""

READ_BY_ME: Final = f"{{t}}.reader_id = {ME} AND cle_guest({{t}}.advocate_id, {OPEN})"
"""That whoever is asking has opened the file of such a guest."""

HAS_READ_MY_FILE: Final = """EXISTS (
    SELECT FROM advocates_fileread x WHERE x.reader_id = {t}.id AND x.advocate_id = (SELECT cle_advocate())
)"""
"""Users who have opened the file of the advocate who is asking, at whichever bar."""

AN_ACCOUNT_S: Final = f"""{{t}}."table" = 'advocates_user' AND {{t}}.bar_id IS NULL AND EXISTS (
    SELECT FROM advocates_role x WHERE x.user_id::text = {{t}}.row AND x.bar_id = ANY ({OPEN})
)"""
"""Changes of the accounts of users who have, or had, a role at these bars. Accounts belong to no bar."""

TAUGHT: Final = """(SELECT cle_provider()) = (
    SELECT course.provider_id FROM courses_session session JOIN courses_course course ON course.id = session.course_id
     WHERE session.id = {t}.session_id
)"""
"""Rows of the sessions that the provider who is asking has held."""

SHOWN: Final = "(SELECT cle_shown_certificates())::bigint[]"
"""The certificate whose code was given, and those that took its place."""


def any_of(*conditions: str) -> str:
    return " OR ".join(f"({condition})" for condition in conditions if condition)
