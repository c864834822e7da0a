"""The offline gateway behaves as a gateway does, and fails only as planned."""

import pytest

from app.gateway.face import Accepted, DeliveryReport, Gateway, Outgoing, Refused, Status, Unknown
from app.gateway.simulator import Simulator

ANN, BEN = "+27820000001", "+27820000002"


def send(simulator: Gateway, *numbers: str):
    return simulator.send([Outgoing(number, "Fixed?") for number in numbers])


def test_every_text_is_accepted_and_reported_delivered():
    simulator = Simulator()
    ends = send(simulator, ANN, BEN)

    assert simulator.receipts() == tuple(
        DeliveryReport(ends[number].gateway_id, number, Status.DELIVERED) for number in (ANN, BEN)
    )


def test_a_receipt_is_handed_over_once():
    simulator = Simulator()
    send(simulator, ANN)
    simulator.receipts()

    assert simulator.receipts() == ()


def test_ids_are_never_used_twice():
    ends = [send(Simulator(), ANN)[ANN] for _ in range(20)]

    assert len({end.gateway_id for end in ends}) == 20


def test_a_planned_outcome_meets_only_its_numbers_and_has_no_receipt():
    stop = Refused(406, "UserInBlacklist", permanent=True, opted_out=True)
    simulator = Simulator({"1": stop})
    ends = send(simulator, ANN, BEN)

    assert ends[ANN] == stop
    assert [report.phone for report in simulator.receipts()] == [BEN]


def test_a_planned_status_is_what_the_receipt_says():
    simulator = Simulator({"1": Status.EXPIRED})
    assert isinstance(send(simulator, ANN)[ANN], Accepted)

    assert [report.status for report in simulator.receipts()] == [Status.EXPIRED]


def test_the_longest_ending_of_a_plan_wins():
    simulator = Simulator({"": Status.DELIVERED, "1": Unknown("short"), "0001": Unknown("long")})

    assert send(simulator, ANN)[ANN] == Unknown("long")


def test_a_number_asked_twice_is_texted_once():
    simulator = Simulator()
    send(simulator, ANN, ANN)

    assert len(simulator.receipts()) == 1


@pytest.mark.parametrize("batch", [[], [Outgoing(ANN, "One"), Outgoing(BEN, "Two")], [Outgoing(ANN, "One")] * 101])
def test_a_bad_batch_is_refused_as_by_every_gateway(batch):
    with pytest.raises(ValueError, match="a batch has"):
        Simulator().send(batch)
