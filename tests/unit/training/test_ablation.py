import json
from pathlib import Path

import numpy as np

from filter.rules import manual
from filter.rules.catalogue import RULES
from tests import mail
from tests.commands import hamgate
from tests.unit.training.test_scanned import one
from training import ablation
from training.scanned import Lot

SHIPPED = [row for row in manual.rows() if row.group != manual.OWN_LISTS]
GROUPS = sorted({row.group for row in SHIPPED})


def test_each_group_is_off_once_and_the_others_count() -> None:
    """Spam is only found by URL_HOST_IS_IP; SUBJ_SHOUTING makes a false positive."""
    messages = (one(-2.0), one(-4.0, "SUBJ_SHOUTING"), one(4.0, "URL_HOST_IS_IP"), one(-3.0, "URL_HOST_IS_IP"))
    points = {rule.symbol: 0.0 for rule in RULES} | {"SUBJ_SHOUTING": 9.5, "URL_HOST_IS_IP": 6.0}
    rows = {row.off: row for row in ablation.measure(Lot(messages, np.arange(4) >= 2, points))}
    assert list(rows) == ["nothing", *GROUPS, "all rules"]
    assert rows["nothing"].roca == 25.0
    assert rows["subject"].roca == 0.0
    assert rows["links"].roca == 75.0
    assert rows["all rules"].roca == 25.0
    assert rows["html"].ham_at == rows["nothing"].ham_at == (50.0, 50.0, 0.0)
    assert rows["nothing"].spam_at == (100.0, 50.0, 0.0)
    assert rows["links"].spam_at == (50.0, 0.0, 0.0)
    assert rows["all rules"].rules == len(SHIPPED)


def test_the_command_prints_a_table_or_objects(tmp_path: Path) -> None:
    ham, spam = mail.write_folders(tmp_path, 5)
    table = hamgate("rules", "ablate", "--ham", ham, "--spam", spam).splitlines()
    assert [line.split()[0] for line in table] == ["off", "nothing", *GROUPS, "all"]
    rows = [
        json.loads(line) for line in hamgate("rules", "ablate", "--json", "--ham", ham, "--spam", spam).splitlines()
    ]
    assert rows[0]["off"] == "nothing"
    assert len(rows) == len(table) - 1
