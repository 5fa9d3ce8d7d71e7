"""Keys for programs: shown once, revoked at once, each agent's own."""

from django.urls import reverse

from agents.models import Token


def test_the_secret_is_in_one_answer_and_nowhere_else(client, ann):
    client.force_login(ann)
    answer = client.post(reverse("tokens"), {"name": "Warehouse", "scopes": ["read"]})
    secret = answer.context["secret"]
    assert secret in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert secret not in client.get(reverse("tokens")).content.decode()
    assert Token.objects.of_secret(secret).agent == ann
    assert not any(secret in str(value) for value in Token.objects.values_list().get())


def test_scopes_are_chosen_from_the_list(client, ann):
    client.force_login(ann)
    for scopes in ([], ["everything"]):
        assert client.post(reverse("tokens"), {"name": "Warehouse", "scopes": scopes}).status_code == 422
    assert not Token.objects.exists()


def test_a_revoked_token_opens_nothing_and_is_gone_from_the_list(client, ann):
    token, secret = Token.issue(ann, "Warehouse", ["read"], ann)
    client.force_login(ann)
    for _again in range(2):
        assert client.post(reverse("token-revocation", args=[token.pk])).status_code == 302
    assert Token.objects.of_secret(secret) is None
    assert "Warehouse" not in client.get(reverse("tokens")).context["tokens"].values_list("name", flat=True)


def test_another_agents_token_is_not_there(client, ann, admin):
    token, secret = Token.issue(ann, "Warehouse", ["read"], ann)
    client.force_login(admin)
    assert client.post(reverse("token-revocation", args=[token.pk])).status_code == 404
    assert Token.objects.of_secret(secret)
