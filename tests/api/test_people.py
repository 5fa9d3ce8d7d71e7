from agents.models import Membership


def test_colleagues_with_their_teams(api, ann, bea, carl, orders, repairs):
    rows = api.get("agents/").json()["results"]
    assert [(row["name"], row["teams"]) for row in rows] == [
        ("Ann", [orders.pk]),
        ("Bea", [orders.pk]),
        ("Carl", [repairs.pk]),
    ]
    assert {"password", "last_login", "signature"}.isdisjoint(rows[0])


def test_filters_on_agents(api, ann, bea, carl, orders):
    assert [row["name"] for row in api.get("agents/?role=lead").json()["results"]] == ["Bea"]
    assert [row["name"] for row in api.get(f"agents/?team={orders.pk}&active=true").json()["results"]] == [
        "Ann",
        "Bea",
    ]


def test_one_sees_ones_own_teams(api, admins, orders, repairs):
    assert [row["name"] for row in api.get("teams/").json()["results"]] == ["Orders"]
    assert [row["name"] for row in admins.get("teams/").json()["results"]] == ["Orders", "Repairs"]


def test_an_administrator_sets_a_teams_members(admins, api, orders, ann, bea, carl):
    assert admins("PUT", f"teams/{orders.pk}/members/", {"agents": [bea.pk, carl.pk]}).status_code == 200
    assert set(Membership.objects.filter(team=orders).values_list("agent", flat=True)) == {bea.pk, carl.pk}
    assert admins("PUT", f"teams/{orders.pk}/members/", {"agents": [10**12]}).status_code == 400
    assert api("PUT", f"teams/{orders.pk}/members/", {"agents": []}).status_code == 403


def test_nobody_changes_his_own_role(admins, admin):
    assert admins("PATCH", f"agents/{admin.pk}/", {"role": "agent"}).status_code == 400
