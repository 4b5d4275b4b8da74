"""A draft of a form: what is there must be right and is kept in the one spelling of its type; what is not
there yet is no fault.

    PartialForm of Contact(name, phone): both may be absent, neither may be wrong
"""

import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError, create_model
from pydantic.fields import FieldInfo

from kit.errors import FieldError
from kit.problems import field_errors


def read_draft(
    model: type[BaseModel], form: Mapping[str, Any]
) -> tuple[dict[str, Any], list[FieldError]]:
    """The draft as it is to be stored, and everything in it that is wrong (then the draft is as it came).

    A value that its type reads in several spellings (a phone, a code, a name) comes out in the one.
    """
    try:
        read = partial(model).model_validate(dict(form))
    except ValidationError as error:
        found = error.errors(include_url=False)
        return dict(form), field_errors({**e, "loc": ("body", *e["loc"])} for e in found)
    return read.model_dump(mode="json", exclude_unset=True), []


@cache
def partial(model: type[BaseModel]) -> type[BaseModel]:
    """The model with every field optional, at every depth. Checks over several fields are not taken along:
    they are for the whole form."""
    fields: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        loose = FieldInfo.from_annotation(Annotated[(_loose(info.annotation), *info.metadata)])  # type: ignore[arg-type]
        loose.default = None
        loose.json_schema_extra = info.json_schema_extra
        fields[name] = (loose.annotation, loose)
    made: type[BaseModel] = create_model(
        f"Partial{model.__name__}", __config__=model.model_config, **fields
    )
    return made


def _loose(annotation: Any) -> Any:
    """The annotation with each model in it made partial."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return partial(annotation)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return Annotated[(_loose(args[0]), *args[1:])]
    if origin in (Union, types.UnionType):
        return Union[tuple(_loose(a) for a in args)]  # noqa: UP007  made, not written
    if origin in (list, tuple, dict):
        return origin[tuple(_loose(a) for a in args)]
    return annotation
