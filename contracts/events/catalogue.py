"""Which payload each event type carries: what the gateway may show outside is read off these models.

A type that is missing here still travels, but outside it has no data. Held against contracts/calls.toml
by tests/gateway/inbox/test_outside.py.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pydantic import BaseModel

from contracts.events import carriers, finance, gateway, registration
from kit.cases.reminding import CaseReminded
from kit.cases.service import CaseMoved

PAYLOADS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {
        "registration.case.moved.v1": CaseMoved,
        "registration.case.reminded.v1": CaseReminded,
        "registration.name.reserved.v1": registration.NameReserved,
        "registration.name.released.v1": registration.NameReservationEnded,
        "registration.name.lapsed.v1": registration.NameReservationEnded,
        "registration.signature.requested.v1": registration.SignatureRequested,
        "registration.licence.issued.v1": registration.LicenceIssued,
        "registration.licence.superseded.v1": registration.LicenceEnded,
        "registration.licence.revoked.v1": registration.LicenceEnded,
        "registration.licence.cancelled.v1": registration.LicenceEnded,
        "registration.department-task.receipted.v1": registration.DepartmentTaskReceipted,
        "registration.department-task.given-up.v1": registration.DepartmentTaskGivenUp,
        "registration.address.lapsed.v1": registration.AddressLapsed,
        "registration.opening.completed.v1": registration.OpeningCompleted,
        "gateway.webhook-delivery.given-up.v1": gateway.WebhookDeliveryGivenUp,
        "gateway.webhook-endpoint.disabled.v1": gateway.WebhookEndpointDisabled,
        "finance.loan.contracted.v1": finance.LoanChanged,
        "finance.loan.reminded.v1": finance.LoanReminded,
        "finance.loan.disbursed.v1": finance.LoanChanged,
        "finance.loan.repaid.v1": finance.LoanChanged,
        "finance.loan.reversed.v1": finance.LoanChanged,
        "finance.loan.overdue.v1": finance.LoanChanged,
        "finance.loan.defaulted.v1": finance.LoanChanged,
        "finance.loan.cured.v1": finance.LoanChanged,
        "finance.loan.reopened.v1": finance.LoanChanged,
        "finance.loan.settled.v1": finance.LoanChanged,
        "finance.loan.classified.v1": finance.LoanChanged,
        "finance.loan.restructured.v1": finance.LoanChanged,
        "finance.loan.renewed.v1": finance.LoanChanged,
        "finance.loan.compensated.v1": finance.LoanChanged,
        "finance.loan.compensation-lifted.v1": finance.LoanChanged,
        "finance.loan.written-off.v1": finance.LoanChanged,
        "finance.loan.lapsed.v1": finance.LoanChanged,
        "finance.case.moved.v1": CaseMoved,
        "finance.case.reminded.v1": CaseReminded,
        "finance.claim.paid.v1": finance.ClaimPaid,
        "finance.subsidy.paid.v1": finance.SubsidyPaid,
        "carriers.case.moved.v1": CaseMoved,
        "carriers.case.reminded.v1": CaseReminded,
        "carriers.tenancy.admitted.v1": carriers.TenancyAdmitted,
        "carriers.tenancy.graduated.v1": carriers.TenancyGraduated,
        "carriers.tenancy.left.v1": carriers.TenancyLeft,
        "carriers.address-grant.granted.v1": carriers.AddressGrantGranted,
        "carriers.address-grant.closing.v1": carriers.AddressGrantClosing,
        "carriers.address-grant.ended.v1": carriers.AddressGrantEnded,
        "carriers.service.recorded.v1": carriers.ServiceRecorded,
        "carriers.service-provider.rated.v1": carriers.ServiceProviderStanding,
        "carriers.title.granted.v1": carriers.TitleGranted,
        "carriers.title.ended.v1": carriers.TitleEnded,
        "carriers.assessment.graded.v1": carriers.AssessmentGraded,
        "carriers.assessment.reminded.v1": carriers.AssessmentReminded,
    }
)
