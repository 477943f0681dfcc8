import torch
from tests.networks.network_cases import check_forward

from aegan.networks.features import FEATURES, build_classifier, build_feature_net


def test_feature_nets_end_in_features_and_classes():
    shape = (1, 8, 8)
    check_forward(build_feature_net(shape), shape, (FEATURES,))
    net = build_classifier(shape, 7)
    logits = check_forward(net, shape, (7,))
    images = torch.rand(2, *shape)
    with torch.no_grad():
        by_parts = net.classes(net.features(images).relu())
        torch.testing.assert_close(net(images), by_parts)
    assert torch.isfinite(logits).all()


def test_features_are_those_of_the_convolutional_encoder():
    net = build_feature_net((3, 8, 8))
    assert [name for name, _ in net.named_children()][:2] == ["conv0", "relu0"]
    assert net.dense.out_features == FEATURES
