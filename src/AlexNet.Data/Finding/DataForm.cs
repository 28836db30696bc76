namespace AlexNet.Data.Finding;

/// <summary>In what form a directory holds pictures.</summary>
public enum DataForm
{
    /// <summary>Folders of image files, in any order.</summary>
    Folders,

    /// <summary>Shards that <c>alexnet data pack</c> made.</summary>
    Packed,

    /// <summary>ILSVRC-2012 as it is distributed.</summary>
    Ilsvrc,

    /// <summary>The IDX files of MNIST and its relatives.</summary>
    Idx,

    /// <summary>The binary files of CIFAR-10.</summary>
    Cifar10,
}
