-- Which feature types count as genes, transcripts, …: data, so that a type of yours is one INSERT. Here are the types
-- that files use most, those that the Sequence Ontology does not have included; its own follow in type_class_so.sql.
CREATE TABLE type_class (
    type  TEXT PRIMARY KEY,  -- gff.type
    class TEXT NOT NULL      -- 'gene', 'transcript', 'exon', 'cds', 'utr', 'intron', 'codon', 'chromosome'
) WITHOUT ROWID;

INSERT INTO type_class (class, type) VALUES
    ('gene', 'gene'), ('gene', 'ncRNA_gene'), ('gene', 'pseudogene'), ('gene', 'protein_coding_gene'),
    ('gene', 'rRNA_gene'), ('gene', 'tRNA_gene'), ('gene', 'miRNA_gene'), ('gene', 'snRNA_gene'),
    ('gene', 'snoRNA_gene'), ('gene', 'lincRNA_gene'), ('gene', 'lncRNA_gene'),
    ('gene', 'transposable_element_gene'), ('gene', 'blocked_reading_frame'),
    ('transcript', 'mRNA'), ('transcript', 'transcript'), ('transcript', 'RNA'),
    ('transcript', 'mRNA_TE_gene'), ('transcript', 'ncRNA'), ('transcript', 'sRNA'),
    ('transcript', 'lnc_RNA'), ('transcript', 'lncRNA'), ('transcript', 'lincRNA'),
    ('transcript', 'miRNA'), ('transcript', 'pre_miRNA'), ('transcript', 'primary_transcript'),
    ('transcript', 'rRNA'), ('transcript', 'tRNA'), ('transcript', 'snRNA'), ('transcript', 'snoRNA'),
    ('transcript', 'scRNA'), ('transcript', 'piRNA'), ('transcript', 'vault_RNA'),
    ('transcript', 'Y_RNA'), ('transcript', 'SRP_RNA'), ('transcript', 'RNase_P_RNA'),
    ('transcript', 'RNase_MRP_RNA'), ('transcript', 'telomerase_RNA'), ('transcript', 'tmRNA'),
    ('transcript', 'antisense_RNA'), ('transcript', 'guide_RNA'), ('transcript', 'circular_ncRNA'),
    ('transcript', 'unconfirmed_transcript'), ('transcript', 'pseudogenic_transcript'),
    ('transcript', 'pseudogenic_tRNA'), ('transcript', 'pseudogenic_rRNA'),
    ('transcript', 'nc_primary_transcript'), ('transcript', 'three_prime_overlapping_ncrna'),
    ('transcript', 'processed_transcript'), ('transcript', 'aberrant_processed_transcript'),
    ('transcript', 'C_gene_segment'), ('transcript', 'D_gene_segment'),
    ('transcript', 'J_gene_segment'), ('transcript', 'V_gene_segment'),
    -- Ensembl before release 77, GeneMark and others.
    ('transcript', 'NMD_transcript_variant'), ('transcript', 'prediction'),
    ('exon', 'exon'), ('exon', 'pseudogenic_exon'), ('exon', 'noncoding_exon'), ('exon', 'coding_exon'),
    -- AUGUSTUS, GeneID, SNAP.
    ('exon', 'Exon'), ('exon', 'initial'), ('exon', 'internal'), ('exon', 'terminal'), ('exon', 'single'),
    ('exon', 'Initial'), ('exon', 'Internal'), ('exon', 'Terminal'), ('exon', 'Single'), ('exon', 'First'),
    ('exon', 'Einit'), ('exon', 'Eterm'), ('exon', 'Esngl'),
    ('cds', 'CDS'),
    ('utr', 'five_prime_UTR'), ('utr', 'three_prime_UTR'), ('utr', 'UTR'), ('utr', '5UTR'),
    ('utr', '3UTR'), ('utr', '5''-UTR'), ('utr', '3''-UTR'), ('utr', 'five_prime_utr'), ('utr', 'three_prime_utr'),
    ('intron', 'intron'),
    ('codon', 'start_codon'), ('codon', 'stop_codon'),
    ('chromosome', 'chromosome'), ('chromosome', 'region'), ('chromosome', 'contig'),
    ('chromosome', 'supercontig'), ('chromosome', 'scaffold'), ('chromosome', 'plasmid'),
    ('chromosome', 'mitochondrial_chromosome'), ('chromosome', 'chloroplast_chromosome'),
    ('chromosome', 'mitochondrion'), ('chromosome', 'chloroplast');
