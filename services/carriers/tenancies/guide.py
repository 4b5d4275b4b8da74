"""The guide texts (办事指南) of a tenancy, zh-CN and en."""

from kit.matters import Guide

GUIDE = Guide(
    summary=(
        "申请入驻众创空间、孵化器、加速器：选载体、填一张表，运营机构分配工位。",
        "Apply for a place in a maker space, incubator or accelerator: choose one, fill in one form, "
        "get a numbered seat.",
    ),
    who=(
        "尚未设立公司的创业团队，或由您担任法定代表人的企业。各类载体的入驻条件不同，提交前即可看到是否符合。",
        "A team without a company yet, or a firm of which you are the legal representative. What a "
        "carrier asks for depends on its type; you see before you submit whether you meet it.",
    ),
    result=(
        "一个有编号的工位和入驻期限；团队可获准使用托管地址登记公司（一址多照），台账服务可评价。",
        "A numbered seat for a term; a team may be granted a hosted address to register its company "
        "at, and rates the services that it gets.",
    ),
    legal_basis=(
        ("《科技企业孵化器管理办法》（国科发区〔2018〕300号）", "Measures on incubators (2018)"),
        ("吉政办发〔2015〕31号（众创空间、一址多照、创业服务）", "Jilin opinion of 2015"),
    ),
    steps=(
        ("选择载体，填写申请", "Choose a carrier and fill in the form"),
        ("运营机构 10 个工作日内答复，同意的分配工位", "The operator answers in 10 working days"),
        ("15 天内确认入驻", "Move in within 15 days"),
        ("团队可用载体的托管地址设立公司", "A team registers its company at the carrier's address"),
        (
            "达到条件的申请毕业；迁出自由",
            "Graduate when you meet a ground; leave whenever you like",
        ),
    ),
)
