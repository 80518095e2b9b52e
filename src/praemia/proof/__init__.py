"""The front door of the proof: seal what was posted, sign it, and find out whether anybody changed it since."""

from praemia.proof.core.exporting import faults_of, read_export, spell_export
from praemia.proof.core.signing import key_id_of, public_of, read_private, read_public, spell_private, spell_public
from praemia.proof.errors import ExportUnreadable, KeyUnreadable, NothingSealed
from praemia.proof.model import Checkpoint, Examined, Exported, Finding, ProofKey, Sealed, Signature
from praemia.proof.service.examining import verify, verify_bucket, verify_chains
from praemia.proof.service.keys import introduce, keys_of, new_key
from praemia.proof.service.sealing import CLOCKS_DIFFER, seal
from praemia.proof.service.showing import export, newest_checkpoints

__all__ = [
    "CLOCKS_DIFFER",
    "Checkpoint",
    "Examined",
    "ExportUnreadable",
    "Exported",
    "Finding",
    "KeyUnreadable",
    "NothingSealed",
    "ProofKey",
    "Sealed",
    "Signature",
    "export",
    "faults_of",
    "introduce",
    "key_id_of",
    "keys_of",
    "new_key",
    "newest_checkpoints",
    "public_of",
    "read_export",
    "read_private",
    "read_public",
    "seal",
    "spell_export",
    "spell_private",
    "spell_public",
    "verify",
    "verify_bucket",
    "verify_chains",
]
