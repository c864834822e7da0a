from tests.conftest import WEBHOOK_TOKEN


def test_every_address_is_one_flat_object(operator):
    base = "http://127.0.0.1:8000"

    assert operator.ask("urls") == {
        "ussd": f"{base}/at/{WEBHOOK_TOKEN}/ussd",
        "ussd_end": f"{base}/at/{WEBHOOK_TOKEN}/ussd/end",
        "sms": f"{base}/at/{WEBHOOK_TOKEN}/sms",
        "delivery": f"{base}/at/{WEBHOOK_TOKEN}/delivery",
        "optout": f"{base}/at/{WEBHOOK_TOKEN}/optout",
        "console": f"{base}/console/",
        "simulator": f"{base}/simulator",
        "wards": f"{base}/wards",
        "health": f"{base}/healthz",
    }


def test_people_read_a_line_each(operator):
    assert "health     http://127.0.0.1:8000/healthz" in operator.say("urls").splitlines()
