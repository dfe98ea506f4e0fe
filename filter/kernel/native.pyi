from filter.kernel.plain import addresses as addresses
from filter.kernel.plain import elements as elements
from filter.kernel.plain import evidence as evidence
from filter.kernel.plain import fields as fields
from filter.kernel.plain import letters as letters
from filter.kernel.plain import runs as runs
from filter.kernel.plain import tags as tags
from filter.kernel.plain import unix_lines as unix_lines
