"""What can go wrong while measuring; the message says what to do.

RagError
  DatasetError        a question file has another shape, or its labels contradict the document
  ReportError         a report is missing, altered or of other questions
  SystemFailedError   a system under measure cannot be had, or does not answer in the agreed format
"""

from rag.errors import RagError


class DatasetError(RagError):
    """A question file has another shape, or its labels contradict the document."""


class ReportError(RagError):
    """A report is missing, altered or of other questions."""


class SystemFailedError(RagError):
    """A system under measure cannot be had, or does not answer in the agreed format."""
