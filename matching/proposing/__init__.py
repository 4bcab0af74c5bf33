"""From the reading of a text to what a person may confirm: rows of a brief, its own fields, and notes.

A reading says what stands in the text; a proposal says what the brief would ask because of it. Nothing here
decides: every proposal may be dropped or changed, and nothing is stored.
"""

from matching.proposing.projects import ProjectProposed, project_of
from matching.proposing.proposals import Group, Note, Proposal, Proposed, propose
from matching.proposing.terms import KINDS, row_for_term, with_term

__all__ = [
    "KINDS",
    "Group",
    "Note",
    "ProjectProposed",
    "Proposal",
    "Proposed",
    "project_of",
    "propose",
    "row_for_term",
    "with_term",
]
