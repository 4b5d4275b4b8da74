"""The guide texts (办事指南) and materials of the establishment of a limited company, zh-CN and en."""

from kit.matters import Guide, Material

MATERIALS = (
    Material(
        "domicile_proof",
        "住所使用证明",
        "Proof of the registered address",
        hint_zh="不动产权证书、租赁合同或托管协议，PDF 或图片；填了托管地址授权码的不用上传",
        hint_en="Title deed, lease or hosting agreement; PDF or image. Not needed with "
        "the code of an address grant",
    ),
    Material(
        "pre_approval",
        "前置审批批准文件",
        "Approval documents",
        required=False,
        hint_zh="经营范围含前置许可项目时上传",
        hint_en="Only for items that need approval before the licence",
    ),
    Material(
        "application",
        "公司登记（备案）申请书",
        "Application for registration",
        generated=True,
        hint_zh="由本窗口按所填内容自动生成",
        hint_en="Written by this window from what you fill in",
    ),
    Material(
        "articles",
        "公司章程",
        "Articles of association",
        generated=True,
        hint_zh="按示范文本自动生成，全体股东在线签署",
        hint_en="Written from the model text; all shareholders sign online",
    ),
    Material(
        "appointments",
        "任职文件",
        "Appointments",
        generated=True,
        hint_zh="法定代表人、董事、监事、经理任职文件自动生成",
        hint_en="Of the legal representative, directors, supervisors and the manager",
    ),
)

GUIDE = Guide(
    summary=(
        "在云川省设立有限责任公司：一张表、一次提交，领一张照、一个码。",
        "Open a limited liability company in Yunchuan: one form, one licence, one code.",
    ),
    who=(
        "拟设立公司的自然人或企业股东，股东 1 至 50 人。",
        "One to 50 shareholders, persons or companies.",
    ),
    result=(
        "电子营业执照（与纸质执照同等效力）；税务、印章、社保、医保、公积金、银行开户、统计同步办理。",
        "An electronic licence with the force of the paper one; tax, seals, insurances, housing fund, "
        "bank account and statistics follow by themselves.",
    ),
    legal_basis=(
        ("《中华人民共和国公司法》（2023 年修订）", "Company Law (revised 2023)"),
        (
            "《市场主体登记管理条例》（国务院令第 746 号）",
            "Regulations on market entity registration",
        ),
        ("《市场主体登记管理条例实施细则》", "Their implementing rules"),
        ("《企业名称登记管理规定》（国务院令第 734 号）", "Regulations on enterprise names"),
    ),
    steps=(
        ("申报并保留公司名称", "Declare and reserve the name"),
        ("填写公司信息，可随时保存", "Fill in the form; save whenever you like"),
        ("上传住所使用证明", "Upload the proof of the address"),
        ("全体股东在线签署", "All shareholders sign online"),
        (
            "系统审查；全部符合且无须人工判断的当场登记",
            "Checked at once; all in order means registered at once",
        ),
        ("领取电子营业执照，后续部门同步办理", "Your licence is there; the departments follow"),
    ),
)
