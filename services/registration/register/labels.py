"""The register's codes with their labels, for GET /codes."""

from kit.codelists import CodeList

CODE_LISTS = (
    CodeList(
        "entity_states",
        {
            "active": ("存续", "Active"),
            "dormant": ("歇业", "Dormant"),
            "revoked": ("吊销", "Revoked"),
            "deregistered": ("注销", "Deregistered"),
        },
    ),
    CodeList(
        "entity_change_kinds",
        {
            "registered": ("设立", "Registered"),
            "changed": ("变更", "Changed"),
            "revoked": ("吊销", "Revoked"),
            "deregistered": ("注销", "Deregistered"),
        },
    ),
    CodeList(
        "entity_person_roles",
        {
            "legal_representative": ("法定代表人", "Legal representative"),
            "operator": ("经营者", "Operator"),
            "principal": ("负责人", "Principal"),
            "director": ("董事", "Director"),
            "supervisor": ("监事", "Supervisor"),
            "manager": ("高级管理人员", "Senior manager"),
            "liaison": ("登记联络员", "Liaison officer"),
            "finance_officer": ("财务负责人", "Finance officer"),
        },
    ),
)
