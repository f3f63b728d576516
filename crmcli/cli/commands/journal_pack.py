"""`crm journal pack`: join old segments."""

import typer

from crmcli.cli.session import session_of


def run(ctx: typer.Context) -> None:
    """Join old segments

    Segments that everybody has and nobody appends to any more, older than a week, become one file a month. No event is
    lost or changed. Commit what it did as any other change.

    Example:
      crm journal pack
      crm journal pack --dry-run
    """
    from crmcli.actions.journal import pack_segments

    session = session_of(ctx)
    done = pack_segments(session.book, dry_run=session.options.dry_run)
    if not done.segments:
        session.out.note("nothing to pack: segments must be shared, and older than a week")
        return
    would = "would go" if session.options.dry_run else "went"
    session.out.note(f"{len(done.segments)} segments {would} into {len(done.packs)} packs")
