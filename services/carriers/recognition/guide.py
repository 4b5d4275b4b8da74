"""The guide texts (办事指南) and materials of the filing of a maker space, zh-CN and en."""

from kit.matters import Guide, Material

MATERIALS = (
    Material(
        "operator_licence",
        "运营主体营业执照",
        "The operator's licence",
        hint_zh="PDF 或图片",
        hint_en="PDF or image",
    ),
    Material(
        "tenant_list",
        "入驻团队和企业名单",
        "List of tenants",
        hint_zh="注明入驻时间、是否新注册、是否获得融资",
        hint_en="With dates, which are new firms and which were financed",
    ),
    Material(
        "case_reports",
        "典型孵化案例材料",
        "Reports of typical cases",
        required=False,
        hint_zh="不少于 3 个",
        hint_en="Three or more",
    ),
    Material(
        "staff_list",
        "服务人员和导师名单",
        "Staff and mentors",
        required=False,
        hint_zh="附劳动合同或聘书",
        hint_en="With contracts or letters of appointment",
    ),
)

GUIDE = Guide(
    summary=(
        "众创空间申请省级备案：网上申报、专家评审、公示、发证号。",
        "File a maker space with the province: apply online, experts review, the public is asked.",
    ),
    who=(
        "在云川省运营众创空间的法人单位，由运营单位申报。",
        "The legal person that operates a maker space in Yunchuan.",
    ),
    result=(
        "备案编号，有效期 3 年（演示）；每年参加考核，连续两次不合格取消备案。",
        "A filing number for three years (demonstration value); assessed each year, lost after two failures "
        "in a row.",
    ),
    legal_basis=(
        ("国科发火〔2017〕120号（历史标准）", "Guo Ke Fa Huo [2017] No. 120 (historical set)"),
        (
            "工信部科〔2025〕131号（数值为演示参数）",
            "MIIT [2025] No. 131 (numbers are demonstration values)",
        ),
    ),
    steps=(
        (
            "选择本单位运营的众创空间，填写年度数据",
            "Choose your maker space and give the year's numbers",
        ),
        (
            "系统逐条对照备案条件，给出结果和依据",
            "Each criterion is answered at once, with its source",
        ),
        ("市科技部门审核推荐", "The city's science department checks and recommends"),
        (
            "省科技部门组织 3 名以上单数专家评审，有利害关系的回避",
            "Three or more experts review; who has an interest stands aside",
        ),
        ("拟备案名单公示 7 日", "The proposal is public for seven days"),
        (
            "无异议或异议不成立的，由提出人以外的人员决定备案",
            "Without a valid objection somebody other than who proposed it files it",
        ),
    ),
)
