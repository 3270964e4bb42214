"""... and many more: meters, payrolls, cameras and company filings join the default's three."""

from streams.scenario import Scenario

SCENARIO = Scenario(
    name="many_more",
    describes="phone, bank, internet, power, wages, cameras and company filings on a claimed ID",
    sources=("phone", "bank", "internet", "utility", "payroll", "camera", "enterprise"),
    stages='"and many more": whatever else can be connected to a verified ID',
    shows="how much each further source adds to what the others already tell",
)
