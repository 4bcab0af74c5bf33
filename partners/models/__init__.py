from partners.models.capabilities import Audience, Basis, Capability, Hazard, Measure
from partners.models.capacity import CapacityWindow, Line
from partners.models.claims import Claim, ClaimCode
from partners.models.confirmations import Confirmation
from partners.models.error_reports import ErrorReport
from partners.models.external_ids import PartnerExternalId, SiteExternalId
from partners.models.feed_trials import FeedTrial
from partners.models.feeds import Feed, HeldReading, Refresh
from partners.models.jobs import Job, JobRow
from partners.models.partners import FormerSlug, Partner
from partners.models.private_records import (
    PrivateAgreement,
    PrivateChange,
    PrivateFact,
    PrivateRecord,
)
from partners.models.profile_changes import ProfileChange, Subject
from partners.models.profile_drafts import ProfileDraft
from partners.models.profile_uploads import ProfileUpload
from partners.models.profile_views import ProfileView
from partners.models.readers import Exclusion, ReaderAgreement
from partners.models.record_imports import ImportMapping, RecordImport
from partners.models.regulatory import (
    Certificate,
    Inspection,
    InspectionOutcome,
    Origin,
    RegisterSnapshot,
    Registration,
)
from partners.models.reminders import ProfileWatch, ReminderStop
from partners.models.saved_searches import SavedSearch, SearchAlert, SearchWatch
from partners.models.search import SearchMark, SearchRow
from partners.models.sites import Building, Campus, Site, SiteChange, SiteIdentifier
from partners.models.stored_files import StoredFile
from partners.models.vocabulary import Facet, Term

__all__ = [
    "Audience",
    "Basis",
    "Building",
    "Campus",
    "Capability",
    "CapacityWindow",
    "Certificate",
    "Claim",
    "ClaimCode",
    "Confirmation",
    "ErrorReport",
    "Exclusion",
    "Facet",
    "Feed",
    "FeedTrial",
    "FormerSlug",
    "Hazard",
    "HeldReading",
    "ImportMapping",
    "Inspection",
    "InspectionOutcome",
    "Job",
    "JobRow",
    "Line",
    "Measure",
    "Origin",
    "Partner",
    "PartnerExternalId",
    "PrivateAgreement",
    "PrivateChange",
    "PrivateFact",
    "PrivateRecord",
    "ProfileChange",
    "ProfileDraft",
    "ProfileUpload",
    "ProfileView",
    "ProfileWatch",
    "ReaderAgreement",
    "RecordImport",
    "Refresh",
    "RegisterSnapshot",
    "Registration",
    "ReminderStop",
    "SavedSearch",
    "SearchAlert",
    "SearchMark",
    "SearchRow",
    "SearchWatch",
    "Site",
    "SiteChange",
    "SiteExternalId",
    "SiteIdentifier",
    "StoredFile",
    "Subject",
    "Term",
]
