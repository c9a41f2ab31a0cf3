"""What a document says about the things it names: one module a kind of statement.

Each module has one public function `read_*(scene) -> Findings`: the entities it introduces and the claims it makes.
"""
