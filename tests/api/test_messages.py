from django.core.files.uploadedfile import SimpleUploadedFile

from tickets.models import Attachment, Delivery, MessageKind, Status


def png(name: str = "lid.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "image/png")


def test_a_reply_leaves_at_once_and_the_status_follows(api, ticket, ann):
    answer = api.post(f"tickets/{ticket.pk}/replies/", {"text": "A new one leaves today.", "then": "solved"})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["kind"], body["author"]["name"], body["delivery"]) == ("reply", "Ann", Delivery.QUEUED)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (Status.SOLVED, ann)


def test_a_note_is_marked_as_not_public_and_left_out_of_public_listings(api, ticket, bea):
    note = api.post(f"tickets/{ticket.pk}/notes/", {"text": "He is angry.", "mentions": [bea.pk]}).json()
    assert (note["kind"], note["public"]) == ("note", False)
    every = api.get(f"tickets/{ticket.pk}/messages/").json()["results"]
    public = api.get(f"tickets/{ticket.pk}/messages/?public=true").json()["results"]
    assert [one["kind"] for one in every] == ["customer", "note"]
    assert [one["kind"] for one in public] == ["customer"]
    assert "angry" not in str(public)


def test_a_program_brings_what_the_customer_wrote(api, ticket, dora):
    ticket.wait(dora)
    body = api.post(f"tickets/{ticket.pk}/messages/", {"text": "Any news?"}).json()
    assert (body["kind"], body["author"]) == ("customer", {"kind": "customer", "id": dora.pk, "name": "Dora"})
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_a_file_is_uploaded_then_sent_then_read(api, ticket):
    file = api.upload(png())
    assert file.status_code == 201
    token = file.json()["token"]
    message = api.post(f"tickets/{ticket.pk}/replies/", {"text": "See here.", "attachments": [token]}).json()
    assert [one["name"] for one in message["attachments"]] == ["lid.png"]
    content = api.get(f"attachments/{token}/content/", Accept="image/png")
    assert b"".join(content.streaming_content).startswith(b"\x89PNG")
    assert content["Content-Disposition"] == 'attachment; filename="lid.png"'
    assert content["X-Content-Type-Options"] == "nosniff"
    assert content["Content-Security-Policy"].startswith("sandbox")


def test_a_file_is_sent_once(api, ticket):
    token = api.upload(png()).json()["token"]
    reply = {"text": "See here.", "attachments": [token]}
    assert api.post(f"tickets/{ticket.pk}/replies/", reply).status_code == 201
    assert api.post(f"tickets/{ticket.pk}/replies/", reply).status_code == 400
    assert ticket.messages.filter(kind=MessageKind.REPLY).count() == 1


def test_another_agents_upload_is_neither_seen_nor_sent(api, program, bea, ticket):
    token = program(bea).upload(png()).json()["token"]
    assert api.get(f"attachments/{token}/").status_code == 404
    assert api.get(f"attachments/{token}/content/").status_code == 404
    assert api.post(f"tickets/{ticket.pk}/notes/", {"text": "x", "attachments": [token]}).status_code == 400


def test_a_file_that_is_too_big_is_refused(api, settings):
    settings.ATTACHMENT_MAX_BYTES = 10
    assert api.upload(png()).status_code == 400
    assert not Attachment.objects.exists()


def test_an_svg_is_never_called_an_image_and_its_name_is_cleaned(api):
    body = api.upload(SimpleUploadedFile("..\\‮gpj.svg", b"<svg/>", "image/png")).json()
    assert (body["name"], body["content_type"]) == ("gpj.svg", "application/octet-stream")


def test_a_redacted_file_has_no_content(api, ticket):
    token = api.upload(png()).json()["token"]
    api.post(f"tickets/{ticket.pk}/notes/", {"text": "x", "attachments": [token]})
    Attachment.objects.update(blob=None)
    assert api.get(f"attachments/{token}/").json()["size"] is None
    assert api.get(f"attachments/{token}/content/").status_code == 404
