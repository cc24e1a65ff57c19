"""Decisions of the users of a served desk: made, read and listed by whoever made them."""

from __future__ import annotations

from collections.abc import Callable

from offerdesk.desk import Desk
from offerdesk.replay import Replayed, judge_and_clerk, judged_again, replay_row
from offerdesk.subject import Subject, subject_again
from offerdesk.web.deciding import Deciding
from offerdesk.web.guard.tokens import OWNER
from offerdesk.web.keeping import Keeping
from offerdesk.web.making import KIND, Asked, Made
from rules.errors import FailedWorld, Fault
from warehouse import log
from warehouse.log import LogLine, LogRow


class Decisions:
    """Every user sees their own decisions; the owner of the home sees all that are logged.

    Args:
        desk: Judges again what was decided.
        deciding: Decides and logs.
        keeping: Knows whose is what.
        counted: Called with the verdict and the status of each decision that is made.
    """

    def __init__(
        self,
        desk: Desk,
        deciding: Deciding,
        keeping: Keeping,
        counted: Callable[[str, str], object],
    ) -> None:
        self._desk, self._deciding = desk, deciding
        self._keeping, self._counted = keeping, counted

    async def make(self, asked: Asked) -> Made:
        """Decide for a user; what is to be logged is in the log before this returns.

        Raises:
            OfferdeskError: As ``Deciding.decide``.
        """
        made = await self._deciding.decide(asked)
        if made.is_new and made.id is not None:
            self._counted(made.verdict, made.status)
        return made

    def read(self, user: str, row_id: str) -> LogRow:
        """A logged decision of a user.

        Raises:
            FailedWorld: ``log-unknown-id`` where there is none, or it is somebody else's; and as
                ``warehouse.log.read``.
        """
        self._check_whose(user, row_id)
        return log.read(row_id)

    def _check_whose(self, user: str, row_id: str) -> None:
        is_whole = len(row_id) == 12
        if not is_whole or not (user == OWNER or self._keeping.is_of(KIND, user, row_id)):
            step = "GET /api/decisions lists yours"
            raise FailedWorld(Fault("log-unknown-id", "decisions", repr(row_id), "", step))

    def again(self, user: str, row_id: str) -> Replayed:
        """A logged decision of a user, judged again.

        Raises:
            FailedWorld: As ``read`` and ``offerdesk.replay.replay_row``.
        """
        row = self.read(user, row_id)
        is_of_this_book = row.entry.book == self._desk.book.hash
        return (
            judged_again(row, self._desk.judge, self._desk.clerk)
            if is_of_this_book
            else replay_row(row)
        )

    def subject(self, user: str, row_id: str) -> Subject:
        """A logged decision of a user, to ask more about.

        Raises:
            FailedWorld: As ``again`` and ``offerdesk.subject.subject_again``.
        """
        return self.row_and_subject(user, row_id)[1]

    def row_and_subject(self, user: str, row_id: str) -> tuple[LogRow, Subject]:
        """The same, with what was logged of it."""
        again = self.again(user, row_id)
        is_of_this_book = again.row.entry.book == self._desk.book.hash
        judge = self._desk.judge if is_of_this_book else judge_and_clerk(again.row.entry.book)[0]
        return again.row, subject_again(again, judge)

    def check_writable(self) -> None:
        """Insist that a decision could be kept.

        Raises:
            FailedWorld: ``web-unwritable``.
        """
        self._keeping.check_writable()

    def page(self, user: str, limit: int, before: str | None = None) -> list[LogLine]:
        """The decisions of a user, newest first.

        Args:
            user: Whose.
            limit: At most so many.
            before: Only what was decided before this one.

        Raises:
            FailedWorld: ``log-unknown-id`` for a ``before`` that is not theirs.
        """
        if before is not None:
            self._check_whose(user, before)
        if user == OWNER:
            return log.listing(limit, before=before)
        return log.lines(self._keeping.made_by(KIND, user, limit, before))
