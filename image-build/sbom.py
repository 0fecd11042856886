"""CycloneDX 1.5 bill of materials of the device image: Debian packages, NuGet packages of the kiosk, face models.

usage: sbom.py VERSION EPOCH packages.tsv nuget.json REPOSITORY

nuget.json is what the CycloneDX tool wrote for the published program (stages/app.sh). Writes JSON on standard output. The same
inputs give the same bytes: the tool's time stamp is replaced by EPOCH, and the serial number is derived from the content.
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


def models(repository):
    for model in json.loads((repository / "models/manifest.json").read_text())["models"]:
        for file in model["files"]:
            if not (repository / "models/build" / file["name"]).exists():
                continue
            yield {"type": "machine-learning-model", "bom-ref": f"model:{model['id']}/{file['name']}", "name": file["name"],
                   "group": model["id"], "hashes": [{"alg": "SHA-256", "content": file["sha256"]}]}


def main(version, epoch, table, nuget_file, repository):
    nuget = json.loads(pathlib.Path(nuget_file).read_text())
    components = [*debian(table), nuget["metadata"]["component"], *nuget["components"], *models(pathlib.Path(repository))]
    whole = json.dumps(components, sort_keys=True)
    json.dump({
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, version + whole)}",
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": nuget["metadata"]["tools"],
            "component": {"type": "operating-system", "bom-ref": "kiosk-image", "name": "kiosk-image", "version": version},
        },
        "components": components,
        "dependencies": nuget["dependencies"],
    }, sys.stdout, indent=1, ensure_ascii=False)


main(*sys.argv[1:])
