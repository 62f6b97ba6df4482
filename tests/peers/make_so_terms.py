#!/usr/bin/env python3
"""Makes src/check/so_terms.txt, the feature types that `gffdb check` knows.

    tests/peers/make_so_terms.py SO.OBO tests/peers/so_terms_since_2016.txt > src/check/so_terms.txt

SO.OBO is the Sequence Ontology in OBO format; Debian's genometools-common has one. A type is a term
that is a sequence_feature (SO:0000110) or has an is_a path to it, and is not obsolete. The second
file adds terms that are newer than the first: accession and name on a line.
"""

import re
import sys


def main(obo, newer):
    text = open(obo, encoding="utf-8").read()
    version = re.search(r"^data-version: (\S+)", text, re.M).group(1)
    names, parents = {}, {}
    for stanza in re.split(r"\n(?=\[)", text):
        if not stanza.startswith("[Term]") or re.search(r"^is_obsolete: true", stanza, re.M):
            continue
        accession = re.search(r"^id: (\S+)", stanza, re.M).group(1)
        names[accession] = re.search(r"^name: (.+)", stanza, re.M).group(1)
        parents[accession] = re.findall(r"^is_a: (\S+)", stanza, re.M)

    features = {}

    def is_feature(accession):
        if accession not in features:
            features[accession] = accession == "SO:0000110" or any(
                is_feature(parent) for parent in parents.get(accession, [])
            )
        return features[accession]

    terms = {(a, n) for a, n in names.items() if is_feature(a) and " " not in n}
    for line in open(newer, encoding="utf-8"):
        if not line.startswith("#"):
            terms.add(tuple(line.split()))

    print(f"# Sequence features of the Sequence Ontology, {version}, and those added since")
    print("# (tests/peers/so_terms_since_2016.txt): accession, name. Made by tests/peers/make_so_terms.py.")
    print("# Its home: http://www.sequenceontology.org")
    for accession, name in sorted(terms):
        print(accession, name)


main(*sys.argv[1:])
