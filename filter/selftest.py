"""Two messages written for this purpose, which every model scores when it is made and again when it is loaded.

A model that another extractor or a broken library would read differently is refused instead of judging wrongly.
"""

from filter.classifier import Classifier
from filter.features import extract
from filter.message import parse
from models.model import Model, ModelError

TOLERANCE = 1e-3
"""Points. Rounding differs by less than 1e-6 between machines; a wrong table differs by whole points."""

SAMPLES = (
    b"""From: Anna Berg <anna@example.org>
To: team@example.org
Subject: Re: [staff] Thursday's meeting
Date: Tue, 5 Mar 2024 09:12:44 +0100
Message-ID: <20240305081244.GA2211@mail.example.org>
In-Reply-To: <4f21@mail.example.org>
User-Agent: Mutt/2.2
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

On Monday Tom wrote:
> shall we move it to three?
Three is fine. The minutes of last week are at http://wiki.example.org/minutes
""",
    b"""From: "WIN BIG" <promo77@bulk.example>
To: friend@public.example
Subject: FREE!!! Make $5000 a week from home
Date: Tue, 5 Mar 2024 03:11:02 -0500
Message-ID: <77@bulk.example>
MIME-Version: 1.0
Content-Type: text/html; charset=iso-8859-1

<html><body bgcolor="#ffff00"><font size=7 color=red><b>100% FREE!!!</b></font>
<p>Click <a href="http://192.0.2.7/buy?id=1">here</a> to order now, money back guarantee!</p></body></html>
""",
)


def points(classifier: Classifier) -> tuple[float, ...]:
    """What the model says of each sample, in points."""
    return tuple(
        sum(hit.points for hit in classifier.hits(extract(parse(sample), classifier.fields))) for sample in SAMPLES
    )


def check(classifier: Classifier, model: Model) -> None:
    """Raise ModelError unless the model still says of the samples what it said when it was made."""
    found = points(classifier)
    close = len(found) == len(model.self_test) and all(
        abs(a - b) <= TOLERANCE for a, b in zip(found, model.self_test, strict=True)
    )
    if not close:
        raise ModelError(f"model {model.version} fails its self-test: train it again with this hamgate")
