import hashlib
from contextlib import suppress

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from vision.detect.model_file import check_sha256, read_model_file
from vision.detect.onnx_file import MalformedError, outline
from vision.errors import ModelError

WEIGHT = numpy_helper.from_array(np.ones((2, 2), np.float32), "weight")


def model(nodes, initializers=(WEIGHT,), functions=(), domains=("",)) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2, 2])],
        list(initializers),
    )
    opsets = [helper.make_opsetid(domain, 18) for domain in domains]
    return helper.make_model(graph, opset_imports=opsets, functions=list(functions))


def plain() -> onnx.ModelProto:
    return model([helper.make_node("Add", ["x", "weight"], ["y"])])


def save(file, proto: onnx.ModelProto):
    file.write_bytes(proto.SerializeToString())
    return file


def with_external_weight(name: str) -> TensorProto:
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[2, 2])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../secret.bin")
    return tensor


def branch(node, initializers=()):
    out = helper.make_tensor_value_info("z", TensorProto.FLOAT, [2, 2])
    return helper.make_graph([node], "branch", [], [out], list(initializers))


def nested(node, initializers=()) -> onnx.ModelProto:
    inner = branch(node, initializers)
    return model([helper.make_node("If", ["c"], ["y"], then_branch=inner, else_branch=inner)], domains=("", "evil"))


def test_a_plain_model_is_read_with_its_sha256_and_metadata(tmp_path):
    proto = plain()
    helper.set_model_props(proto, {"task": "detect", "names": "{0: 'xe máy'}"})
    file = save(tmp_path / "a.onnx", proto)
    read = read_model_file(file)
    assert read.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert read.onnx is not None
    assert read.onnx.metadata == {"task": "detect", "names": "{0: 'xe máy'}"}
    assert not read.onnx.domains


@pytest.mark.parametrize(
    "proto",
    [
        model([helper.make_node("Add", ["x", "weight"], ["y"])], [with_external_weight("weight")]),
        model([helper.make_node("Constant", [], ["y"], value=with_external_weight("weight"))]),
        nested(helper.make_node("Identity", ["weight"], ["z"]), [with_external_weight("weight")]),
    ],
    ids=["initializer", "constant", "branch"],
)
def test_weights_outside_the_file_are_refused_wherever_they_are_named(tmp_path, proto):
    with pytest.raises(ModelError, match="complete in itself, found weights kept in other files"):
        read_model_file(save(tmp_path / "a.onnx", proto))


@pytest.mark.parametrize(
    "proto",
    [
        model([helper.make_node("Add", ["x", "weight"], ["y"], domain="evil")], domains=("", "evil")),
        nested(helper.make_node("Add", ["x", "weight"], ["z"], domain="evil")),
        model(
            [helper.make_node("Mine", ["x"], ["y"], domain="local")],
            functions=[
                helper.make_function(
                    "local", "Mine", ["a"], ["b"], [helper.make_node("F", ["a"], ["b"], domain="evil")], []
                )
            ],
        ),
    ],
    ids=["node", "branch", "function"],
)
def test_foreign_operators_are_refused_wherever_they_stand(tmp_path, proto):
    with pytest.raises(ModelError, match="standard ONNX operators only, found operators of evil"):
        read_model_file(save(tmp_path / "a.onnx", proto))


def test_functions_the_file_itself_defines_and_unused_imports_are_no_foreign_operators(tmp_path):
    body = [helper.make_node("Relu", ["a"], ["b"])]
    function = helper.make_function("local", "Mine", ["a"], ["b"], body, [helper.make_opsetid("", 18)])
    proto = model(
        [helper.make_node("Mine", ["x"], ["y"], domain="local")], functions=[function], domains=("", "local", "unused")
    )
    read = read_model_file(save(tmp_path / "a.onnx", proto))
    assert read.onnx is not None
    assert not read.onnx.domains


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", "an empty file"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1", "a Git LFS pointer"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 50, "58 bytes of something else"),
        (onnx.ModelProto(ir_version=8).SerializeToString(), "no graph in it"),
        (plain().SerializeToString()[:-5], "cut short"),
    ],
)
def test_what_is_no_onnx_file_is_refused_with_what_it_seems_to_be(tmp_path, content, found):
    file = tmp_path / "a.onnx"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=f"wanted an ONNX file, found .*{found}"):
        read_model_file(file)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("absent.onnx", "found nothing of that name"),
        ("absent.xml", "found nothing of that name"),
        ("yolo11n.pt", "yolo export model=yolo11n.pt format=onnx"),
        ("clip.mp4", "found a name ending in '.mp4'"),
        ("folder", "found a folder"),
        ("folder.onnx", "found a folder"),
    ],
)
def test_other_files_are_refused_with_what_to_do(tmp_path, name, sentence):
    if name.startswith("folder"):
        (tmp_path / name).mkdir()
    with pytest.raises(ModelError, match=sentence):
        read_model_file(tmp_path / name)


def test_an_openvino_file_without_its_weights_names_the_missing_one(tmp_path):
    (tmp_path / "a.xml").write_text("<net/>", encoding="utf-8")
    with pytest.raises(ModelError, match=r"a.bin: wanted a model file, found nothing"):
        read_model_file(tmp_path / "a.xml")


def test_the_sha256_of_an_openvino_pair_covers_both_files(tmp_path):
    (tmp_path / "a.xml").write_bytes(b"<net/>")
    (tmp_path / "a.bin").write_bytes(b"12")
    assert read_model_file(tmp_path / "a.xml").sha256 == hashlib.sha256(b"<net/>12").hexdigest()


def test_another_file_than_the_cards_is_refused_with_both_sums(tmp_path):
    read = read_model_file(save(tmp_path / "a.onnx", plain()))
    check_sha256(read, None)
    check_sha256(read, read.sha256)
    with pytest.raises(ModelError, match=f"wanted sha256 {'0' * 64}, found {read.sha256}"):
        check_sha256(read, "0" * 64)


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(content):
    with suppress(MalformedError):
        assert outline(content).has_graph


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_no_flipped_byte_of_a_real_file_breaks_the_reader(data):
    content = bytearray(plain().SerializeToString())
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=4)):
        content[at] = data.draw(st.integers(0, 255))
    with suppress(MalformedError):
        outline(bytes(content))


def test_graphs_nested_without_end_are_refused():
    inner = helper.make_node("Relu", ["x"], ["z"])
    for _ in range(12):
        inner = helper.make_node("If", ["c"], ["z"], then_branch=branch(inner))
    with pytest.raises(MalformedError, match="nested at most"):
        outline(model([inner]).SerializeToString())
