"""CycloneDX 1.5 bill of materials: Debian packages of the image, NuGet packages of the kiosk, face models.

usage: sbom.py VERSION EPOCH packages.tsv REPOSITORY; JSON on standard output, the same for the same inputs.
"""
import datetime
import json
import pathlib
import sys
import uuid


def debian(table):
    for line in pathlib.Path(table).read_text().splitlines():
        name, version, source, source_version = line.split("\t")
        purl = f"pkg:deb/debian/{name}@{version}?distro=debian-12"
        yield {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl,
               "properties": [{"name": "debian:source", "value": f"{source} {source_version}"}]}


def nuget(repository):
    """What the kiosk's own project resolves to; hashes are NuGet's SHA-512 of the package, base64."""
    lock = json.loads((repository / "src/Kiosk.App/packages.lock.json").read_text())
    for name, entry in sorted(next(iter(lock["dependencies"].values())).items()):
        if entry["type"] == "Project":
            continue
        purl = f"pkg:nuget/{name}@{entry['resolved']}"
        yield {"type": "library", "bom-ref": purl, "name": name, "version": entry["resolved"], "purl": purl,
               "properties": [{"name": "nuget:contentHash", "value": entry["contentHash"]}]}


def models(repository):
    for model in json.loads((repository / "models/manifest.json").read_text())["models"]:
        for file in model["files"]:
            if not (repository / "models/build" / file["name"]).exists():
                continue
            yield {"type": "machine-learning-model", "bom-ref": f"model:{model['id']}/{file['name']}", "name": file["name"],
                   "group": model["id"], "hashes": [{"alg": "SHA-256", "content": file["sha256"]}]}


def main(version, epoch, table, repository):
    repository = pathlib.Path(repository)
    components = [*debian(table), *nuget(repository), *models(repository)]
    whole = json.dumps(components, sort_keys=True)
    json.dump({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, version + whole)}",
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": {"type": "operating-system", "bom-ref": "kiosk-image", "name": "kiosk-image", "version": version},
        },
        "components": components,
    }, sys.stdout, indent=1, ensure_ascii=False)


main(*sys.argv[1:])
