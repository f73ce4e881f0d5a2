/* The two blocks; the server renders them. */
( function ( blocks, element, i18n, ServerSideRender, blockEditor ) {
	var __ = i18n.__;
	[
		[ 'habeas/consent', __( 'Consent form', 'habeas' ), 'yes-alt' ],
		[ 'habeas/request', __( 'Request form for data subjects', 'habeas' ), 'privacy' ],
	].forEach( function ( each ) {
		blocks.registerBlockType( each[ 0 ], {
			apiVersion: 2,
			title: each[ 1 ],
			icon: each[ 2 ],
			category: 'widgets',
			edit: function () {
				return element.createElement(
					'div',
					blockEditor.useBlockProps(),
					element.createElement( ServerSideRender, { block: each[ 0 ] } )
				);
			},
			save: function () {
				return null;
			},
		} );
	} );
} )( window.wp.blocks, window.wp.element, window.wp.i18n, window.wp.serverSideRender, window.wp.blockEditor );
