"""placeholder"""
def everything() -> dict[str, object]:
    return {}
