"""Validates an OpenAPI document, and every example of a problem against its schema; prints counts."""

import json
import sys

from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

with open(sys.argv[1], encoding="utf-8") as file:
    document = json.load(file)

errors = [str(error.message) for error in OpenAPIV31SpecValidator(document).iter_errors()]

resource = Resource(contents=document, specification=DRAFT202012)
registry = Registry().with_resource("urn:document", resource)


def example(reference):
    return document["components"]["examples"][reference["$ref"].rsplit("/", 1)[1]]["value"]


def problems(operation):
    """Yields the status and the content of every problem response."""
    for status, response in operation.get("responses", {}).items():
        content = response.get("content", {}).get("application/problem+json")
        if content:
            yield status, content


examples = operations = 0
for path, item in document["paths"].items():
    for method, operation in item.items():
        operations += 1
        for status, content in problems(operation):
            pointer = "/".join(
                part.replace("~", "~0").replace("/", "~1")
                for part in ["paths", path, method, "responses", status, "content"]
            )
            schema = {"$ref": f"urn:document#/{pointer}/application~1problem+json/schema"}
            validator = Draft202012Validator(schema, registry=registry)
            for code, reference in content["examples"].items():
                examples += 1
                value = example(reference)
                errors += [f"{method} {path} {code}: {it.message}" for it in validator.iter_errors(value)]
                if value["code"] != code or str(value["status"]) != status:
                    errors.append(f"{method} {path}: {code} {status} has the example {value}")

print(json.dumps({"errors": errors, "operations": operations, "examples": examples}))
