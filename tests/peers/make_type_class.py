#!/usr/bin/env python3
"""Makes schema/type_class_so.sql, the classes of the Sequence Ontology's terms.

    tests/peers/make_type_class.py SO.OBO tests/peers/so_terms_since_2016.txt > schema/type_class_so.sql

SO.OBO is the Sequence Ontology in OBO format; Debian's genometools-common has one. A class is a term or two and
all that have an is_a path to one of them and are not obsolete. The second file has terms that are newer than the
first, without their places in the ontology; how their names end tells their class.
"""

import re
import sys

# Of a term that is below two of them, the first counts.
ROOTS = {
    "transcript": ["transcript", "pseudogenic_transcript", "gene_segment"],
    "gene": ["gene", "pseudogene"],
    "exon": ["exon", "pseudogenic_exon"],
    "cds": ["CDS"],
    "utr": ["UTR"],
    "intron": ["intron"],
    "codon": ["start_codon", "stop_codon"],
    "chromosome": ["chromosome", "contig", "supercontig", "ultracontig", "plasmid"],
}

# Below contig, but pieces of what is sequenced.
NONE = {"mRNA_contig", "BAC_read_contig", "gene_trap_construct", "promoter_trap_construct", "enhancer_trap_construct"}

NEWER = [
    (r"_(pseudo)?gene$", "gene"),
    (r"(RNA|_transcript)$", "transcript"),
    (r"_intron$", "intron"),
    (r"_stop_codon$", "codon"),
]


def main(obo, newer):
    text = open(obo, encoding="utf-8").read()
    version = re.search(r"^data-version: (\S+)", text, re.M).group(1)
    names, children = {}, {}
    for stanza in re.split(r"\n(?=\[)", text):
        if not stanza.startswith("[Term]") or re.search(r"^is_obsolete: true", stanza, re.M):
            continue
        accession = re.search(r"^id: (\S+)", stanza, re.M).group(1)
        names[accession] = re.search(r"^name: (.+)", stanza, re.M).group(1)
        for parent in re.findall(r"^is_a: (\S+)", stanza, re.M):
            children.setdefault(parent, []).append(accession)
    accessions = {name: accession for accession, name in names.items()}

    classes = {}
    for name, roots in ROOTS.items():
        todo = [accessions[root] for root in roots]
        while todo:
            term = todo.pop()
            if term in names and term not in classes and names[term] not in NONE:
                classes[term] = name
                todo.extend(children.get(term, []))
    for line in open(newer, encoding="utf-8"):
        if not line.startswith("#"):
            accession, name = line.split()
            names.setdefault(accession, name)
            found = [of for ending, of in NEWER if re.search(ending, name)]
            if found:
                classes.setdefault(accession, found[0])

    print(f"-- Classes of the terms of the Sequence Ontology, {version}, and of those added since,")
    print("-- by name and by accession; those above count more. Made by tests/peers/make_type_class.py.")
    print("INSERT OR IGNORE INTO type_class (class, type) VALUES")
    rows = []
    for name in ROOTS:
        for term in sorted(t for t, of in classes.items() if of == name and " " not in names[t]):
            rows.append(f"    ('{name}', '{names[term]}'), ('{name}', '{term}')")
    print(",\n".join(rows) + ";")


if __name__ == "__main__":
    main(*sys.argv[1:])
