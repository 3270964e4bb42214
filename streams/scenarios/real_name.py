"""The real-name requirement: phone, internet and bank accounts, each tied to a verified ID."""

from streams.scenario import Scenario

SCENARIO = Scenario(
    name="real_name",
    describes="phone, bank and internet accounts are registered with a claimed ID",
    sources=("phone", "bank", "internet"),
    stages="the real-name requirement: every phone, internet and bank account on a verified ID",
    shows="how much more can be told from the joined accounts than from each source alone",
)
