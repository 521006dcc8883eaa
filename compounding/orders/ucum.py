"""Whether a unit code in a message is UCUM, letter for letter (`meq` is, `mEq` is not; `[iU]` is, `IU` is not).

This says only that a code is well formed and known to UCUM. What the code means for an order is read by
`calculations.units.parse_unit`, whose list is shorter. Source: The Unified Code for Units of Measure, version 2.1,
sections 2 (grammar, case-sensitive form) and 4 (tables); units of printing, trade and the like are included, because a
code is either UCUM or it is not.
"""

import re

_PREFIX_TEXT = "Q R Y Z E P T G M k h da d c m u n p f a z y r q Ki Mi Gi Ti"

# Units that take a prefix.
_METRIC_TEXT = """
    m s g rad K cd C
    mol sr Hz N Pa J W A V F Ohm S Wb Cel T H lm lx Bq Gy Sv
    l L ar t bar u eV pc
    [g] gf [c] [h] [k] [eps_0] [mu_0] [e] [m_e] [m_p] [G] [ly]
    Ky Gal dyn erg P Bi St Mx G Oe Gb sb Lmb ph Ci R RAD REM
    cal_[15] cal_[20] cal_m cal_IT cal_th cal mho
    m[H2O] m[Hg] g% eq osm kat U [iU] [IU] tex
    Np B B[SPL] B[V] B[mV] B[uV] B[10.nV] B[W] B[kW] st bit By Bd
"""

# Units that take none.
_PLAIN_TEXT = """
    10* 10^ [pi] % %[slope] [p'diop] [NTU] [FNU] [ppth] [ppm] [ppb] [pptr]
    gon deg ' '' min h d a_t a_j a_g a wk mo_s mo_j mo_g mo AU atm [lbf_av]
    [in_i] [ft_i] [yd_i] [mi_i] [fth_i] [nmi_i] [kn_i] [sin_i] [sft_i] [syd_i] [cin_i] [cft_i] [cyd_i] [bf_i] [cr_i]
    [mil_i] [cml_i] [hd_i]
    [ft_us] [yd_us] [in_us] [rd_us] [ch_us] [lk_us] [rch_us] [rlk_us] [fth_us] [fur_us] [mi_us] [acr_us] [srd_us]
    [smi_us] [sct] [twp] [mil_us]
    [in_br] [ft_br] [rd_br] [ch_br] [lk_br] [fth_br] [pc_br] [yd_br] [mi_br] [nmi_br] [kn_br] [acr_br]
    [gal_us] [bbl_us] [qt_us] [pt_us] [gil_us] [foz_us] [fdr_us] [min_us] [crd_us] [bu_us] [gal_wi] [pk_us] [dqt_us]
    [dpt_us] [tbs_us] [tsp_us] [cup_us] [foz_m] [cup_m] [tsp_m] [tbs_m]
    [gal_br] [pk_br] [bu_br] [qt_br] [pt_br] [gil_br] [foz_br] [fdr_br] [min_br]
    [gr] [lb_av] [oz_av] [dr_av] [scwt_av] [lcwt_av] [ston_av] [lton_av] [stone_av]
    [pwt_tr] [oz_tr] [lb_tr] [sc_ap] [dr_ap] [oz_ap] [lb_ap] [oz_m]
    [lne] [pnt] [pca] [pnt_pr] [pca_pr] [pied] [pouce] [ligne] [didot] [cicero]
    [degF] [degR] [degRe] [Cal] [Btu_39] [Btu_59] [Btu_60] [Btu_m] [Btu_IT] [Btu_th] [Btu] [HP] [den]
    [in_i'H2O] [in_i'Hg] [PRU] [wood'U] [diop] [mesh_i] [Ch] [drp] [hnsf'U] [MET]
    [hp'_X] [hp'_C] [hp'_M] [hp'_Q] [hp_X] [hp_C] [hp_M] [hp_Q] [kp_X] [kp_C] [kp_M] [kp_Q]
    [pH] [S] [HPF] [LPF] [arb'U] [USP'U] [GPL'U] [MPL'U] [APL'U] [beth'U] [anti'Xa'U] [todd'U] [dye'U] [smgy'U]
    [bdsk'U] [ka'U] [knk'U] [mclg'U] [tb'U] [CCID_50] [TCID_50] [EID_50] [PFU] [FFU] [CFU] [IR] [BAU] [AU] [Amb'a'1'U]
    [PNU] [Lf] [D'ag'U] [FEU] [ELU] [EU]
    Ao b att [psi] circ sph [car_m] [car_Au] [smoot] [m/s2/Hz^(1/2)] bit_s
"""

_PREFIXES = tuple(_PREFIX_TEXT.split())
_METRIC = frozenset(_METRIC_TEXT.split())
_PLAIN = frozenset(_PLAIN_TEXT.split())
_LONGEST = 60
_ANNOTATION = re.compile(r"\{[\x21-\x7a\x7c\x7e]*\}")
_FACTOR = re.compile(r"[0-9]+")
_SIMPLE = re.compile(r"(?:\[[^\]\s]*\]|10[*^]|[^./(){}\[\]0-9+\-\s])+", re.ASCII)
_EXPONENT = re.compile(r"[+-]?[0-9]+")


def is_ucum(code: str) -> bool:
    """Whether the text is a case-sensitive UCUM code. Never raises; text longer than 60 characters is no code here."""
    if not code or len(code) > _LONGEST or not code.isascii():
        return False
    end = _term(code, 1 if code[0] == "/" else 0)
    return end == len(code)


def _term(code: str, start: int) -> int:
    """The end of components joined by `.` and `/` from `start`; -1 where there is none."""
    end = _component(code, start)
    while end != -1 and end < len(code) and code[end] in "./":
        end = _component(code, end + 1)
    return end


def _component(code: str, start: int) -> int:
    """The end of a unit, a factor, an annotation or a term in brackets; -1 where none stands."""
    annotation = _ANNOTATION.match(code, start)
    if annotation:
        return annotation.end()
    end = _bracket(code, start) if code[start : start + 1] == "(" else _unit(code, start)
    if end == -1:
        factor = _FACTOR.match(code, start)
        end = factor.end() if factor else -1
    if end == -1:
        return -1
    annotation = _ANNOTATION.match(code, end)
    return annotation.end() if annotation else end


def _bracket(code: str, start: int) -> int:
    """The end of a term in brackets; -1 where they do not close."""
    end = _term(code, start + 1)
    return end + 1 if end != -1 and code[end : end + 1] == ")" else -1


def _unit(code: str, start: int) -> int:
    """The end of a unit with its exponent; -1 where none stands."""
    found = _SIMPLE.match(code, start)
    if not found or not _is_unit(found.group()):
        return -1
    exponent = _EXPONENT.match(code, found.end())
    return exponent.end() if exponent else found.end()


def _is_unit(symbol: str) -> bool:
    """Whether a symbol is a unit of the tables, alone or with a prefix."""
    if symbol in _METRIC or symbol in _PLAIN:
        return True
    return any(symbol.startswith(prefix) and symbol[len(prefix) :] in _METRIC for prefix in _PREFIXES)
