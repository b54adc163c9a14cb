"""CAM++, the network that turns speech into a vector that is alike for one person and apart for two.

A densely connected time-delay network whose layers are masked by what surrounds them (Wang et al., "CAM++: A Fast and
Efficient Network for Speaker Verification Using Context-Aware Masking", Interspeech 2023, arXiv 2303.00332). Inference
only. The layers are named as in the published checkpoint.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

BANDS = 80
"""mel bands of a frame"""
SEGMENT = 100
"""frames over which the context of a mask is taken, beside the whole input"""


class Shape(NamedTuple):
    """Sizes of a network; the published one by default."""

    blocks: tuple[tuple[int, int], ...] = ((12, 1), (24, 2), (16, 2))
    """layers and dilation of each densely connected block"""
    channels: int = 128
    """of the first layer and of each layer's bottleneck"""
    growth: int = 32
    """channels that each layer adds"""
    front: int = 32
    """channels of the convolutions in two dimensions before them"""
    dimension: int = 192
    """of the vector"""


class CamPlusPlus(nn.Module):
    """Frames of 80 mel bands (n, frames, 80), their mean taken out -> vectors (n, dimension)."""

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.head = Front(shape.front)
        layers: dict[str, nn.Module] = {
            "tdnn": TimeDelay(shape.front * (BANDS // 8), shape.channels),
        }
        channels = shape.channels
        for number, (count, dilation) in enumerate(shape.blocks, 1):
            layers[f"block{number}"] = Dense(channels, shape, count, dilation)
            channels += count * shape.growth
            layers[f"transit{number}"] = Transit(channels)
            channels //= 2
        layers["out_nonlinear"] = Nonlinear(channels)
        self.xvector = nn.Sequential()
        for name, layer in layers.items():
            self.xvector.add_module(name, layer)
        self.dense = Vector(2 * channels, shape.dimension)

    def forward(self, frames: Tensor) -> Tensor:
        found: Tensor = self.xvector(self.head(frames.transpose(1, 2)))
        statistics = torch.cat([found.mean(dim=-1), found.std(dim=-1)], dim=-1)
        vectors: Tensor = self.dense(statistics)
        return vectors


class Front(nn.Module):
    """Convolutions over time and frequency: (n, 80, frames) -> (n, 10 * channels, frames)."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, channels, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.layer1 = nn.Sequential(Residual(channels, 2), Residual(channels, 1))
        self.layer2 = nn.Sequential(Residual(channels, 2), Residual(channels, 1))
        self.conv2 = nn.Conv2d(channels, channels, 3, stride=(2, 1), padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)

    def forward(self, bands: Tensor) -> Tensor:
        found = functional.relu(self.bn1(self.conv1(bands[:, None])))
        found = functional.relu(self.bn2(self.conv2(self.layer2(self.layer1(found)))))
        return found.flatten(1, 2)


class Residual(nn.Module):
    """Two convolutions around which the input is led; the first halves the bands where `stride` is 2."""

    def __init__(self, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, stride=(stride, 1), padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.shortcut = nn.Sequential()
        if stride > 1:
            self.shortcut.append(nn.Conv2d(channels, channels, 1, stride=(stride, 1), bias=False))
            self.shortcut.append(nn.BatchNorm2d(channels))

    def forward(self, given: Tensor) -> Tensor:
        found = functional.relu(self.bn1(self.conv1(given)))
        return functional.relu(self.bn2(self.conv2(found)) + self.shortcut(given))


class Nonlinear(nn.Module):
    """Normalised by what was learnt, negative values cut off."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.batchnorm = nn.BatchNorm1d(channels)

    def forward(self, given: Tensor) -> Tensor:
        return functional.relu(self.batchnorm(given))


class TimeDelay(nn.Module):
    """The first layer over time; halves the frames."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, out, 5, stride=2, padding=2, bias=False)
        self.nonlinear = Nonlinear(out)

    def forward(self, given: Tensor) -> Tensor:
        found: Tensor = self.nonlinear(self.linear(given))
        return found


class Dense(nn.Module):
    """Layers each of which sees what all before it made."""

    def __init__(self, channels: int, shape: Shape, count: int, dilation: int) -> None:
        super().__init__()
        for number in range(count):
            layer = Masked(channels + number * shape.growth, shape, dilation)
            self.add_module(f"tdnnd{number + 1}", layer)

    def forward(self, given: Tensor) -> Tensor:
        for layer in self.children():
            given = torch.cat([given, layer(given)], dim=1)
        return given


class Masked(nn.Module):
    """A bottleneck and a layer over time that is masked by its context."""

    def __init__(self, channels: int, shape: Shape, dilation: int) -> None:
        super().__init__()
        self.nonlinear1 = Nonlinear(channels)
        self.linear1 = nn.Conv1d(channels, shape.channels, 1, bias=False)
        self.nonlinear2 = Nonlinear(shape.channels)
        self.cam_layer = ContextAware(shape.channels, shape.growth, dilation)

    def forward(self, given: Tensor) -> Tensor:
        found: Tensor = self.cam_layer(self.nonlinear2(self.linear1(self.nonlinear1(given))))
        return found


class ContextAware(nn.Module):
    """A layer over time times a mask (0-1) made of the mean of the input and of the means of its segments."""

    def __init__(self, channels: int, out: int, dilation: int) -> None:
        super().__init__()
        self.linear_local = nn.Conv1d(channels, out, 3, padding=dilation, dilation=dilation, bias=False)
        self.linear1 = nn.Conv1d(channels, channels // 2, 1)
        self.linear2 = nn.Conv1d(channels // 2, out, 1)

    def forward(self, given: Tensor) -> Tensor:
        frames = given.shape[-1]
        near = functional.avg_pool1d(given, SEGMENT, SEGMENT, ceil_mode=True)
        context = given.mean(dim=-1, keepdim=True) + near
        mask = torch.sigmoid(self.linear2(functional.relu(self.linear1(context))))
        spread = mask.repeat_interleave(SEGMENT, dim=-1)[..., :frames]
        found: Tensor = self.linear_local(given) * spread
        return found


class Transit(nn.Module):
    """Between two blocks: half the channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.nonlinear = Nonlinear(channels)
        self.linear = nn.Conv1d(channels, channels // 2, 1, bias=False)

    def forward(self, given: Tensor) -> Tensor:
        found: Tensor = self.linear(self.nonlinear(given))
        return found


class Vector(nn.Module):
    """Mean and deviation over time -> the vector."""

    def __init__(self, channels: int, dimension: int) -> None:
        super().__init__()
        self.linear = nn.Conv1d(channels, dimension, 1, bias=False)
        self.batchnorm = nn.BatchNorm1d(dimension, affine=False)

    def forward(self, given: Tensor) -> Tensor:
        found: Tensor = self.batchnorm(self.linear(given[..., None])[..., 0])
        return found
