"""The names of columns in catalogues of galaxies, by what they mean."""

from __future__ import annotations

from collections.abc import Sequence

from moosegui.files.tables.column_names import shown

ALIASES: dict[str, tuple[str, ...]] = {
    "source_id": ("ID", "MUSE_ID", "iden", "UNIQUE_ID", "SOURCE_ID", "TARGETID", "SPECOBJID",
                  "OBJID", "OBJ_ID",
                  "OBJECT_ID", "GALAXY_ID", "CATALOG_ID", "CATAID", "PHOT_ID", "NIRSPEC_ID",
                  "ID_SPECZ",
                  "NUMBER", "NAME", "srcid", "SRC_ID", "OBJNO", "GALID", "GAL_ID",
                  "recno",
                  "run_id", "TARGID", "CNAME",
                  "OBJECT", "TARGET", "SOURCE", "GALAXY", "OBJECT_NAME", "SOURCE_NAME",
                  "TARGET_NAME", "GALAXY_NAME", "OBJNAME", "SRCNAME", "DESIGNATION", "IDENTIFIER",
                  "IDENT", "ID_IAU", "NUM", "OBJ"),
    "ra": ("RA", "RAJ2000", "RA_J2000", "ALPHA_J2000", "ALPHAWIN_J2000", "TARGET_RA", "_RAJ2000",
           "RA_SN", "RAdeg", "PLUG_RA", "RA_1", "ALPHA_J2000_DET", "RA_PEAK_SN", "RA_3DCOM",
           "SOURCE_RA", "TARGRA", "FIBRERA", "RIGHT_ASCENSION", "RA_HMS", "RAMEAN", "COORD.RA",
           "SKYCOORD.RA", "COORDS.RA", "SKY_COORD.RA",
           "ALPHA", "RA_TARG", "RA_CORRECTED", "RA_OBJ", "OBJ_RA"),
    "dec": ("DEC", "DE", "DEJ2000", "DECJ2000", "DEC_J2000", "DELTA_J2000", "DELTAWIN_J2000",
            "TARGET_DEC", "_DEJ2000", "DEC_SN", "DEdeg", "DECdeg", "PLUG_DEC", "DEC_1",
            "DELTA_J2000_DET", "DEC_PEAK_SN", "DEC_3DCOM", "SOURCE_DEC", "TARGDEC",
            "FIBREDEC", "DECLINATION", "DECL", "DEC_DMS", "DECMEAN", "COORD.DEC", "SKYCOORD.DEC",
            "COORDS.DEC", "SKY_COORD.DEC", "DELTA", "DEC_TARG", "DEC_CORRECTED", "DEC_OBJ",
            "OBJ_DEC"),
    "redshift": ("Z_BEST", "ZBEST", "Z", "Z_MUSE", "REDSHIFT", "ZSPEC", "Z_SPEC", "SPECZ", "ZSP",
                 "FinZ", "VI_z", "Z_VAC", "z", "Z_SVIZ", "Z_HETDEX", "Z_VIS", "Z_HELIO", "BEST_Z",
                 "SPE_Z", "ZFIT", "REDSHIFT_Z", "REDSHIFT_SPEC", "SPEC_REDSHIFT"),
    "redshift_error": ("ZERR", "Z_ERR", "E_Z", "DZ", "e_zsp", "e_zspec", "Z_ERROR", "ZSPEC_ERR",
                       "Z_SPEC_ERR"),
    "zconf": ("ZCONF", "CONFID", "Z_CONF", "CONFIDENCE", "CONF", "QOP", "ZQ", "Q_Z",
              "q_zsp", "q_zspec", "QUALITY", "VI_quality", "Q_SPEC", "Z_QUAL", "Z_QUALITY",
              "ZSPEC_QUAL", "ZSPEC_QUALITY", "SPEC_QUAL", "REDSHIFT_QUALITY", "Z_CONFIDENCE",
              "CONF_FLAG", "NQ", "ZFLG", "ZFLAG", "ZFLAGS", "GRADE", "Z_GRADE", "BEST_QUALITY"),
    "magnitude": ("MAG", "MAGNITUDE", "MAG_F775W", "MAG_F814W", "F775W", "MAG_F606W", "MAG_AUTO",
                  "MAG_I", "MAG_R"),
    "kind": ("TYPE", "OBJECT_TYPE", "KIND", "SPECTYPE", "VI_spectype", "CLASS", "BEST_SPECTYPE"),
    "comment": ("COMMENT", "COMMENTS", "NOTE", "NOTES", "REMARK", "REMARKS", "VI_comment"),
    "refspec": ("REFSPEC", "REF_SPEC"),
    "file": ("FILE", "FILENAME", "SPECTRUM", "SPEC_FILE", "PATH"),
}  # fmt: skip
UCDS = {
    "source_id": ("meta.id;meta.main",),
    "ra": ("pos.eq.ra;meta.main", "pos.eq.ra"),
    "dec": ("pos.eq.dec;meta.main", "pos.eq.dec"),
    "redshift": ("src.redshift",),
    "zconf": ("meta.code.qual;src.redshift", "meta.code.qual"),
    "comment": ("meta.note",),
}
MEANINGS = {  # what users may name: field of ColumnMap
    "ID": "source_id",
    "Z": "redshift",
    "ZERR": "redshift_error",
    "ZCONF": "zconf",
    "RA": "ra",
    "DEC": "dec",
    "FILE": "file",
    "MAG": "magnitude",
    "TYPE": "kind",
    "COMMENT": "comment",
    "REFSPEC": "refspec",
}
# Of machine-readable tables, from which RAdeg and DEdeg are made
HOURS, DEGREES = ("RAh", "RAm", "RAs"), ("DEd", "DEm", "DEs")
SIGN_OF_DEGREES = "DE-"
META_NAMES = {"source_id": "idname", "ra": "raname", "dec": "decname", "redshift": "zname",
              "zconf": "zconfname"}  # fmt: skip


def no_ids(names: Sequence[str]) -> str:
    """Say that no column of a catalogue is known as IDs or files, and what answers."""
    found = ", ".join(map(shown, names[:20])) + (" ..." if len(names) > 20 else "")
    return (
        f"has no column of IDs or of files: it has {found}; one must be called "
        f"{', '.join(ALIASES['source_id'][:6])} or {', '.join(ALIASES['file'][:2])}, or be "
        "named with the option --columns ID=NAME of info, open and scan"
    )
