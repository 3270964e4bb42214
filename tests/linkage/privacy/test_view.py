import numpy as np

from linkage.privacy.view import mix_points, salt_of

PINNED_SALT = 16191005410208123157
PINNED_POINTS = [12853844002024132802, 17013149356514899973, 747064280934654391]


def test_points_are_stable_across_versions_and_never_zero():
    salt = salt_of("phone")
    points = mix_points(salt, np.array([0, 1, -1]), np.array([0, 0, 5]))
    assert salt == PINNED_SALT
    assert points.tolist() == PINNED_POINTS
    hours, places = np.divmod(np.arange(100_000), 300)
    many = mix_points(salt, hours, places)
    assert len(np.unique(many)) == 100_000
    assert many.min() > 0
