from events.bus import within
from events.models import Event
from reports.models import SavedReport


@within("agent.deactivated")
def end_his_reports(event: Event) -> None:
    assert event.subject_id is not None
    SavedReport.end(event.subject_id)
