"""How good the links are: by account, cluster, stratum, threshold and probability; and drift."""

from linkage.quality.accounts import LinkScores as LinkScores
from linkage.quality.accounts import Quality as Quality
from linkage.quality.accounts import by_stratum as by_stratum
from linkage.quality.accounts import link_scores as link_scores
from linkage.quality.accounts import quality as quality
from linkage.quality.baseline import sole_owners as sole_owners
